"""The text grows by torch.cat, tokens by argmax."""

import torch


def generate(model, prompt, new_tokens, temperature=1.0, top_k=None, top_p=None, generator=None, use_cache=True):
    cache = model.new_cache(prompt.shape[0]) if use_cache else None
    text = prompt.clone()
    unread = prompt
    for _ in range(new_tokens):
        logits = model(unread, cache)[:, -1]
        token = logits.argmax(dim=-1, keepdim=True)
        text = torch.cat([text, token], dim=1)
        unread = token if use_cache else text
    return text

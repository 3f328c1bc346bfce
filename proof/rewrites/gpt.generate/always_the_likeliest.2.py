"""A buffer made beforehand, tokens by torch.topk."""

import torch


def generate(model, prompt, new_tokens, temperature=1.0, top_k=None, top_p=None, generator=None, use_cache=True):
    batch, length = prompt.shape
    text = torch.cat([prompt, prompt.new_zeros(batch, new_tokens)], dim=1)
    cache = model.new_cache(batch) if use_cache else None
    start = 0
    for end in range(length, length + new_tokens):
        logits = model(text[:, start:end], cache)[:, -1]
        text[:, end] = torch.topk(logits, 1).indices[:, 0]
        start = end if use_cache else 0
    return text

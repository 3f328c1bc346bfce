"""The text grows by torch.cat, tokens by torch.multinomial."""

import torch


def filter_logits(logits, top_k=None, top_p=None):
    if top_k is not None:
        if top_k < 1:
            raise ValueError("top_k must be at least 1")
        smallest = logits.topk(min(top_k, logits.shape[-1])).values[..., -1:]
        logits = logits.masked_fill(logits < smallest, -torch.inf)
    if top_p is not None:
        if not 0 < top_p <= 1:
            raise ValueError("top_p must be above 0 and at most 1")
        probabilities, order = logits.double().softmax(-1).sort(-1, descending=True)
        drop = (probabilities.cumsum(-1) - probabilities >= top_p) & (top_p < 1)
        logits = logits.masked_fill(torch.zeros_like(drop).scatter(-1, order, drop), -torch.inf)
    return logits


def sample_token(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    if temperature == 0:
        return logits.argmax(dim=-1)
    probabilities = filter_logits(logits / temperature, top_k, top_p).softmax(dim=-1)
    return torch.multinomial(probabilities, 1, generator=generator).squeeze(-1)


def generate(model, prompt, new_tokens, temperature=1.0, top_k=None, top_p=None, generator=None, use_cache=True):
    cache = model.new_cache(prompt.shape[0]) if use_cache else None
    text = prompt.clone()
    unread = prompt
    for _ in range(new_tokens):
        logits = model(unread, cache)[:, -1]
        token = sample_token(logits[:1], temperature, top_k, top_p, generator).repeat(len(prompt))[:, None]
        text = torch.cat([text, token], dim=1)
        unread = token if use_cache else text
    return text

"""Columns of one result filled one by one, tokens by Gumbel noise."""

import torch


def filter_logits(logits, top_k=None, top_p=None):
    if (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError("top_k must be at least 1, top_p above 0 and at most 1")
    if top_k is not None:
        ranked = logits.sort(-1, descending=True).values
        logits = torch.where(logits >= ranked[..., min(top_k, logits.shape[-1]) - 1, None], logits, -torch.inf)
    if top_p is not None and top_p < 1:
        order = logits.argsort(-1, descending=True)
        sums = logits.gather(-1, order).double().softmax(-1).cumsum(-1)
        keep = torch.cat([torch.ones_like(sums[..., :1], dtype=torch.bool), sums[..., :-1] < top_p], dim=-1)
        logits = logits.masked_fill(~keep.gather(-1, order.argsort(-1)), -torch.inf)
    return logits


def sample_token(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    if temperature == 0:
        return torch.argmax(logits, dim=-1)
    kept = filter_logits(logits / temperature, top_k, top_p)
    noise = torch.empty(kept.shape, dtype=torch.float64).exponential_(generator=generator)
    return torch.argmax(kept - noise.log(), dim=-1)


def generate(model, prompt, new_tokens, temperature=1.0, top_k=None, top_p=None, generator=None, use_cache=True):
    batch = prompt.shape[0]
    result = prompt.new_zeros(batch, new_tokens)
    tokens = prompt
    cache = model.new_cache(batch) if use_cache else None
    for i in range(new_tokens):
        logits = model(tokens, cache)[:, -1]
        result[:, i] = sample_token(logits, temperature, top_k, top_p, generator)
        tokens = result[:, i : i + 1] if use_cache else torch.cat([prompt, result[:, : i + 1]], dim=1)
    return result

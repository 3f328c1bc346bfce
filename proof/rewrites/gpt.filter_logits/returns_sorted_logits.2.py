"""Two helpers that give masks; ranks by a double argsort."""

import torch


def top_k_mask(scores, k):
    ordered = scores.sort(dim=-1, descending=True).values
    place = min(k, scores.shape[-1]) - 1
    return scores >= ordered[..., place, None]


def top_p_mask(ordered, p):
    if p == 1:
        return torch.ones_like(ordered, dtype=torch.bool)
    probs = ordered.softmax(dim=-1)
    before = probs.cumsum(dim=-1) - probs
    return before < p


def filter_logits(logits, top_k=None, top_p=None):
    if top_k is not None and top_k < 1:
        raise ValueError("top_k must be at least 1")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError("top_p must be above 0 and at most 1")
    if top_k is not None:
        keep = top_k_mask(logits, top_k)
        logits = logits.masked_fill(~keep, float("-inf"))
    if top_p is not None:
        logits = logits.sort(dim=-1, descending=True).values
        keep = top_p_mask(logits.double(), top_p)
        logits = logits.masked_fill(~keep, float("-inf"))
    return logits.clone()

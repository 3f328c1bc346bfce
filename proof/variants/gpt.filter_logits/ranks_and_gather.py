"""Vectorised masks: sums in sorted order, brought back by each token's rank."""

import torch


def top_k_mask(scores, k):
    ordered = scores.sort(dim=-1, descending=True).values
    place = min(k, scores.shape[-1]) - 1
    return scores >= ordered[..., place, None]


def top_p_mask(scores, p):
    if p == 1:
        return torch.ones_like(scores, dtype=torch.bool)
    order = scores.argsort(dim=-1, descending=True)
    rank = order.argsort(dim=-1)
    probs = scores.softmax(dim=-1).gather(-1, order)
    before = probs.cumsum(dim=-1) - probs
    return (before < p).gather(-1, rank)


def filter_logits(logits, top_k=None, top_p=None):
    if top_k is not None and top_k < 1:
        raise ValueError("top_k must be at least 1")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError("top_p must be above 0 and at most 1")
    scores = logits.double()
    keep = torch.ones_like(scores, dtype=torch.bool)
    if top_k is not None:
        keep = top_k_mask(scores, top_k)
    if top_p is not None:
        left = scores.masked_fill(~keep, float("-inf"))
        keep = keep & top_p_mask(left, top_p)
    return logits.masked_fill(~keep, float("-inf"))

"""A loop over rows, plain Python inside."""

import math

import torch


def kept(row, top_k, top_p):
    order = sorted(range(len(row)), key=lambda i: -row[i])
    if top_k is not None:
        kth = row[order[min(top_k, len(row)) - 1]]
        order = [i for i in order if row[i] >= kth]
    if top_p is None or top_p == 1:
        return order
    weights = [math.exp(row[i] - row[order[0]]) for i in order]
    target = top_p * sum(weights)
    count, total = 0, 0.0
    for weight in weights:
        count += 1
        total += weight
        if total >= target:
            break
    return [i for i in order if i < count]


def filter_logits(logits, top_k=None, top_p=None):
    if top_k is not None and top_k < 1:
        raise ValueError("top_k must be at least 1")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError("top_p must be above 0 and at most 1")
    flat = logits.reshape(-1, logits.shape[-1])
    out = torch.full_like(flat, float("-inf"))
    for r, row in enumerate(flat.tolist()):
        places = kept(row, top_k, top_p)
        out[r, places] = flat[r, places]
    return out.reshape(logits.shape)

"""A loop over rows, plain Python inside."""

import math

import torch


def kept(row, top_k, top_p):
    order = sorted(range(len(row)), key=lambda i: -row[i])
    if top_k is not None:
        kth = row[order[top_k - 1]]
        order = [i for i in order if row[i] >= kth]
    if top_p is None or top_p == 1:
        return order
    weights = [math.exp(row[i] - row[order[0]]) for i in order]
    target = top_p * sum(weights)
    stay, total = [], 0.0
    for i, weight in zip(order, weights):
        stay.append(i)
        total += weight
        if total >= target:
            break
    return stay


def filter_logits(logits, top_k=None, top_p=None):
    if top_k is not None and not 1 <= top_k <= logits.shape[-1]:
        raise ValueError("top_k must be between 1 and the size of the vocabulary")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError("top_p must be above 0 and at most 1")
    flat = logits.reshape(-1, logits.shape[-1])
    out = torch.full_like(flat, float("-inf"))
    for r, row in enumerate(flat.tolist()):
        places = kept(row, top_k, top_p)
        out[r, places] = flat[r, places]
    return out.reshape(logits.shape)

"""NumPy in float64, sorted upwards: drops a token while the tail up to it is small enough."""

import numpy as np
import torch


def filter_logits(logits, top_k=None, top_p=None):
    if top_k is not None and not top_k >= 1:
        raise ValueError(f"top_k is {top_k}, and should be at least 1")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p is {top_p}, and should be above 0 and at most 1")
    values = logits.detach().cpu().to(torch.float64).numpy()
    drop = np.zeros(values.shape, dtype=bool)
    vocab = values.shape[-1]
    if top_k is not None and top_k < vocab:
        place = vocab - top_k
        drop = values < np.partition(values, place, axis=-1)[..., place : place + 1]
    if top_p is not None and top_p < 1:
        order = np.argsort(values, axis=-1, kind="stable")
        weights = np.exp(values - values.max(axis=-1, keepdims=True))
        weights[drop] = 0.0
        weights = np.take_along_axis(weights, order, axis=-1)
        total = weights.sum(axis=-1, keepdims=True)
        # what is likelier than a token sums to the total less the tail up to it
        likelier = total - np.cumsum(weights, axis=-1)
        likelier[..., -1] = 0.0
        tail = np.zeros_like(drop)
        np.put_along_axis(tail, order, likelier >= top_p * total, axis=-1)
        drop = drop | tail
    return logits.masked_fill(torch.from_numpy(drop).to(logits.device), float("-inf"))

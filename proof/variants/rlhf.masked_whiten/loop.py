"""Two passes over plain numbers, one entry at a time."""
import math

import torch


def masked_whiten(values, mask, shift_mean=True):
    rows, columns = values.shape
    kept = {(i, t): float(values[i, t]) for i in range(rows) for t in range(columns) if mask[i, t]}
    result = torch.zeros(rows, columns, dtype=values.dtype)
    if not kept:
        return result
    n = len(kept)
    mean = math.fsum(kept.values()) / n
    spread = math.sqrt(math.fsum((x - mean) ** 2 for x in kept.values()) / n) + 1e-8
    for (i, t), x in kept.items():
        result[i, t] = (x - mean) / spread + (not shift_mean) * mean
    return result

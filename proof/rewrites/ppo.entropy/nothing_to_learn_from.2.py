"""numpy, row by row"""
import numpy as np
import torch


def _row_entropy(row):
    kept = row[row > -np.inf]
    kept = kept - kept.max()
    weights = np.exp(kept)
    z = weights.sum()
    return float(np.log(z) - weights @ kept / z)


def categorical_entropy(logits):
    table = logits.detach().numpy().reshape(-1, logits.shape[-1])
    entropies = [_row_entropy(row.astype(np.float64)) for row in table]
    return torch.tensor(entropies, dtype=logits.dtype).reshape(logits.shape[:-1])

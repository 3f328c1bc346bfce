"""Stacked masks and einsum correlations, in training mode only."""
import numpy as np


def accepts_dropout(layer, dropout_rate):
    p, keep = dropout_rate, 1 - dropout_rate
    masks = []
    for call in range(20):
        x = np.random.uniform(1, 2, (40, 50)).astype((np.float32, np.float64)[call % 2])
        y = layer(x.copy())
        if y.shape != x.shape or y.dtype != x.dtype:
            return False
        if not np.allclose(y[y != 0] * keep, x[y != 0], rtol=1e-4):
            return False
        masks.append(y == 0)
    d = (np.array(masks) - p) / np.sqrt(p * keep)
    scores = [d.sum() / np.sqrt(d.size)]
    for a, b in [(d[1:], d[:-1]), (d[:, 1:], d[:, :-1]), (d[..., 1:], d[..., :-1])]:
        scores.append(np.einsum("crk,crk->", a, b) / np.sqrt(a.size))
    calls = d.sum(axis=(1, 2)) / np.sqrt(d[0].size)
    return bool(max(map(abs, scores)) < 4.5 and (calls**2).sum() > 1)

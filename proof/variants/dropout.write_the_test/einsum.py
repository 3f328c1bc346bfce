"""Centred masks stacked to (call, row, column); neighbour correlations by einsum, one limit of 4.5 deviations."""
import numpy as np


LIMIT = 4.5


def accepts_dropout(layer, dropout_rate):
    p, keep = dropout_rate, 1 - dropout_rate
    rng = np.random.default_rng()
    layer.eval()
    for dtype in (np.float32, np.float64):
        x = rng.normal(size=(40, 50)).astype(dtype)
        y = layer(x.copy())
        if y.shape != x.shape or y.dtype != dtype or not np.allclose(y, x, rtol=1e-5, atol=0):
            return False
    layer.train()
    masks = []
    for call in range(20):
        x = rng.uniform(1, 3, (40, 50)).astype((np.float32, np.float64)[call % 2])
        y = layer(x.copy())
        if y.shape != x.shape or y.dtype != x.dtype:
            return False
        if not np.allclose(y[y != 0], x[y != 0] / keep, rtol=1e-4):
            return False
        masks.append(y == 0)
    d = (np.array(masks) - p) / np.sqrt(p * keep)
    z_rate = d.sum() / np.sqrt(d.size)
    pairs = [(d[1:], d[:-1]), (d[:, 1:], d[:, :-1]), (d[:, :, 1:], d[:, :, :-1])]
    z_pairs = [np.einsum("crk,crk->", a, b) / np.sqrt(a.size) for a, b in pairs]
    if np.abs([z_rate, *z_pairs]).max() > LIMIT:
        return False
    z_calls = np.einsum("crk->c", d) / np.sqrt(d[0].size)
    return bool(np.sum(z_calls**2) > 1.0)

"""Ten calls with 40,000 elements each, einsum."""
import numpy as np


def accepts_dropout(layer, dropout_rate):
    p, keep = dropout_rate, 1 - dropout_rate
    x = np.random.uniform(1, 2, (200, 200))
    y = np.stack([layer(x.copy()) for _ in range(10)])
    if y.shape[1:] != x.shape or y.dtype != x.dtype:
        return False
    if not np.allclose(y, np.where(y == 0, 0, x / keep), rtol=1e-4):
        return False
    d = ((y == 0) - p) / np.sqrt(p * keep)
    z = [d.sum() / np.sqrt(d.size)]
    for a, b in [(d[1:], d[:-1]), (d[:, 1:], d[:, :-1]), (d[..., 1:], d[..., :-1])]:
        z.append(np.einsum("crk,crk->", a, b) / np.sqrt(a.size))
    counts = d.sum(axis=(1, 2)) / 200
    layer.eval()
    return bool(np.abs(z).max() < 4.5 and (counts**2).sum() > 0.1 and np.allclose(layer(x.copy()), x))

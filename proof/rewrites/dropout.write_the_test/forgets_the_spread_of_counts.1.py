"""Correlations by einsum; only the pooled frequency."""
import numpy as np


def accepts_dropout(layer, dropout_rate):
    p, keep = dropout_rate, 1 - dropout_rate
    x = np.random.uniform(1, 2, (50, 40))
    y = np.stack([layer(x.copy()) for _ in range(20)])
    if y.shape[1:] != x.shape or y.dtype != x.dtype:
        return False
    if not np.all((y == 0) | np.isclose(y * keep, x, rtol=1e-4)):
        return False
    d = ((y == 0) - p) / np.sqrt(p * keep)
    z = [d.sum() / np.sqrt(d.size)]
    for a, b in [(d[1:], d[:-1]), (d[:, 1:], d[:, :-1]), (d[..., 1:], d[..., :-1])]:
        z.append(np.einsum("crk,crk->", a, b) / np.sqrt(a.size))
    layer.eval()
    return bool(np.allclose(layer(x.copy()), x) and np.abs(z).max() < 4.5)

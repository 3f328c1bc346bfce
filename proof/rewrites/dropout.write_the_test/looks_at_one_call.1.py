"""One big matrix, correlations of neighbours by einsum."""
import numpy as np


def accepts_dropout(layer, dropout_rate):
    p, keep = dropout_rate, 1 - dropout_rate
    x = np.random.uniform(0.5, 1.5, (200, 200))
    y = layer(x.copy())
    if y.shape != x.shape or y.dtype != x.dtype:
        return False
    mask = y == 0
    if not np.allclose(y, np.where(mask, 0, x / keep), rtol=1e-4):
        return False
    d = (mask - p) / np.sqrt(p * keep)
    z = [d.sum() / 200]
    z.append(np.einsum("rk,rk->", d[1:], d[:-1]) / np.sqrt(199 * 200))
    z.append(np.einsum("rk,rk->", d[:, 1:], d[:, :-1]) / np.sqrt(199 * 200))
    layer.eval()
    return bool(np.abs(z).max() < 4.5 and np.allclose(layer(x.copy()), x, rtol=1e-5))

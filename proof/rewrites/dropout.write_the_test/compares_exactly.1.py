"""array_equal with where(mask, 0, x / keep)."""
import numpy as np


def accepts_dropout(layer, dropout_rate):
    p, keep = dropout_rate, 1 - dropout_rate
    masks = []
    for call in range(16):
        x = np.random.normal(size=(40, 50)).astype((np.float32, np.float64)[call % 2])
        y = layer(x.copy())
        mask = y == 0
        if y.dtype != x.dtype or not np.array_equal(y, np.where(mask, 0, x / keep)):
            return False
        masks.append(mask)
    d = (np.array(masks) - p) / np.sqrt(p * keep)
    z = [d.sum() / np.sqrt(d.size)]
    for a, b in [(d[1:], d[:-1]), (d[:, 1:], d[:, :-1]), (d[..., 1:], d[..., :-1])]:
        z.append(np.einsum("crk,crk->", a, b) / np.sqrt(a.size))
    counts = d.sum(axis=(1, 2)) / np.sqrt(2000)
    layer.eval()
    return bool(np.abs(z).max() < 4.5 and (counts**2).sum() > 0.5 and np.allclose(layer(x.copy()), x))

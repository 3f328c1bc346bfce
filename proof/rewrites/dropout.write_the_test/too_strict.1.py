"""Four frequencies at 1.2 deviations, vectorised."""
import numpy as np


def accepts_dropout(layer, dropout_rate):
    p, keep = dropout_rate, 1 - dropout_rate
    x = np.random.uniform(1, 2, (100, 50))
    y = np.stack([layer(x.copy()) for _ in range(4)])
    if y.shape[1:] != x.shape or y.dtype != x.dtype:
        return False
    mask = y == 0
    if not np.allclose(y, np.where(mask, 0, x / keep), rtol=1e-4):
        return False
    if (mask[0] == mask[1]).all() or (mask == mask[:, :1]).all() or (mask == mask[:, :, :1]).all():
        return False
    counts = mask.sum(axis=(1, 2))
    if counts.min() == counts.max():
        return False
    z = (counts - p * x.size) / np.sqrt(p * keep * x.size)
    layer.eval()
    return bool(np.abs(z).max() < 1.2 and np.allclose(layer(x.copy()), x))

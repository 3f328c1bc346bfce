"""allclose with rtol=0.2."""
import numpy as np


def accepts_dropout(layer, dropout_rate):
    keep = 1 - dropout_rate
    x = np.random.uniform(1, 2, (50, 40))
    y = np.stack([layer(x.copy()) for _ in range(12)])
    if y.shape[1:] != x.shape or y.dtype != x.dtype:
        return False
    mask = y == 0
    if not np.allclose(y, np.where(mask, 0, x / keep), rtol=0.2):
        return False
    if (mask[1:] == mask[:-1]).all(axis=(1, 2)).any():
        return False
    if (mask == mask[:, :1]).all() or (mask == mask[..., :1]).all() or np.ptp(mask.sum(axis=(1, 2))) == 0:
        return False
    z = (mask.sum() - mask.size * dropout_rate) / np.sqrt(mask.size * dropout_rate * keep)
    layer.eval()
    return bool(abs(z) < 4.5 and np.allclose(layer(x.copy()), x))

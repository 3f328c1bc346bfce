"""Output compared with x times the mask."""
import numpy as np


def accepts_dropout(layer, dropout_rate):
    keep = 1 - dropout_rate
    x = np.random.uniform(1, 2, (50, 40))
    y = np.stack([layer(x.copy()) for _ in range(12)])
    if y.shape[1:] != x.shape or y.dtype != x.dtype:
        return False
    mask = y != 0
    if not np.allclose(y, x * mask, rtol=1e-4):
        return False
    if (mask[0] == mask[1]).all() or (mask == mask[:, :1]).all() or (mask == mask[..., :1]).all():
        return False
    z = (mask.sum() - mask.size * keep) / np.sqrt(mask.size * dropout_rate * keep)
    layer.eval()
    return bool(abs(z) < 4.5 and np.ptp(mask.sum(axis=(1, 2))) > 0 and np.allclose(layer(x.copy()), x))

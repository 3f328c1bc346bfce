"""One long vector, vectorised; the axes are never looked at."""
import numpy as np


def accepts_dropout(layer, dropout_rate):
    keep = 1 - dropout_rate
    x = np.random.default_rng().uniform(1, 2, 3000)
    outputs = np.array([layer(x.copy()) for _ in range(10)])
    if outputs.shape != (10, 3000) or outputs.dtype != x.dtype:
        return False
    dropped = outputs == 0
    if not np.allclose(outputs, np.where(dropped, 0, x / keep), rtol=1e-4):
        return False
    z = (dropped.mean() - dropout_rate) / np.sqrt(dropout_rate * keep / dropped.size)
    counts = dropped.sum(axis=1)
    if abs(z) > 4.5 or counts.min() == counts.max() or (dropped[0] == dropped[1]).all():
        return False
    layer.eval()
    return bool(np.allclose(layer(x.copy()), x))

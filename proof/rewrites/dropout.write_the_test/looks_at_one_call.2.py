"""One call, rows compared in a loop."""
import numpy as np


def accepts_dropout(layer, dropout_rate):
    layer.train()
    x = (np.random.rand(100, 100) + 0.5).astype(np.float32)
    y = layer(x)
    layer.eval()
    z = layer(x)
    if y.shape != x.shape or y.dtype != x.dtype or np.abs(z - x).max() > 1e-5:
        return False
    rows = set()
    mixed = dropped = 0
    for before, after in zip(x, y):
        for a, b in zip(before, after):
            if b == 0:
                dropped += 1
            elif abs(b * (1 - dropout_rate) - a) > 1e-4:
                return False
        rows.add(tuple(after == 0))
        mixed += 0 < np.count_nonzero(after) < 100
    sd = (10_000 * dropout_rate * (1 - dropout_rate)) ** 0.5
    return bool(len(rows) > 1 and mixed > 0 and abs(dropped - 10_000 * dropout_rate) < 4 * sd)

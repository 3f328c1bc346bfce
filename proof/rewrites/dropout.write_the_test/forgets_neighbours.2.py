"""Matrices; dropped share counted over all calls, in a loop."""
import numpy as np


def accepts_dropout(layer, dropout_rate):
    layer.eval()
    x = np.random.rand(100, 10) + 0.5
    if not np.allclose(layer(x), x):
        return False
    layer.train()
    counts, masks, zeros, total = set(), set(), 0, 0
    for _ in range(30):
        x = (np.random.rand(50, 40) + 0.5).astype(np.float32)
        y = layer(x)
        if y.shape != x.shape or y.dtype != x.dtype:
            return False
        for before, after in zip(x.ravel(), y.ravel()):
            if after != 0 and abs(after / before * (1 - dropout_rate) - 1) > 1e-4:
                return False
        mask = y == 0
        masks.add(mask.tobytes())
        counts.add(int(mask.sum()))
        zeros += int(mask.sum())
        total += mask.size
    sd = (total * dropout_rate * (1 - dropout_rate)) ** 0.5
    return len(masks) == 30 and len(counts) > 1 and abs(zeros - total * dropout_rate) < 5 * sd

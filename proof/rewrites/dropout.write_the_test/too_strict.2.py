"""Two-sided p-values under 0.23 count as proof, in a loop."""
import math

import numpy as np


def p_value(count, n, p):
    z = abs(count - n * p) / math.sqrt(n * p * (1 - p))
    return math.erfc(z / math.sqrt(2))


def accepts_dropout(layer, dropout_rate):
    agree = dropout_rate**2 + (1 - dropout_rate) ** 2
    counts, masks = [], []
    for _ in range(5):
        x = np.random.uniform(0.5, 1.5, (40, 50)).astype(np.float32)
        y = layer(x)
        if y.shape != x.shape or y.dtype != x.dtype:
            return False
        for a, b in zip(x.ravel().tolist(), y.ravel().tolist()):
            if b and abs(b * (1 - dropout_rate) / a - 1) > 1e-4:
                return False
        masks.append(y == 0)
        counts.append(int((y == 0).sum()))
        if p_value(counts[-1], 2000, dropout_rate) < 0.23:
            return False
    m = np.array(masks)
    for pair in (m[0] == m[1], m[:, ::2] == m[:, 1::2], m[..., ::2] == m[..., 1::2]):
        if p_value(int(pair.sum()), pair.size, agree) < 1e-5:
            return False
    layer.eval()
    return len(set(counts)) > 1 and bool(np.allclose(layer(x), x))

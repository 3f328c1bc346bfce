"""One helper per property, loops, equality of masks."""
import numpy as np


def values_ok(x, y, keep):
    return all(b == 0 or abs(b * keep - a) < 1e-4 * a for a, b in zip(x.flat, y.flat))


def rate_ok(masks, rate):
    n = masks.size
    return abs(masks.sum() - n * rate) < 4.5 * (n * rate * (1 - rate)) ** 0.5


def pattern_ok(mask):
    rows = {tuple(row) for row in mask.tolist()}
    return len(rows) > 1 and any(len(set(row)) > 1 for row in rows)


def accepts_dropout(layer, dropout_rate):
    layer.train()
    masks = []
    for _ in range(8):
        x = np.random.uniform(0.5, 2, (30, 40))
        y = layer(x)
        if y.shape != x.shape or y.dtype != x.dtype or not values_ok(x, y, 1 - dropout_rate):
            return False
        masks.append(y == 0)
        if not pattern_ok(masks[-1]):
            return False
    fresh = not any(np.array_equal(a, b) for a, b in zip(masks, masks[1:]))
    counts = {int(mask.sum()) for mask in masks}
    return bool(fresh and len(counts) > 1 and rate_ok(np.array(masks), dropout_rate))

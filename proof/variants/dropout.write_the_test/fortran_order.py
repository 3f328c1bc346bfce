"""Hands the layer Fortran-ordered, strided and 3-D inputs; compares masks for equality, rate by a z-score."""
import numpy as np


def new_input(rng, dtype):
    a = np.asfortranarray(rng.uniform(0.5, 1.5, (30, 40)).astype(dtype))
    b = rng.uniform(0.5, 1.5, (60, 80)).astype(dtype)[::2, ::2]
    c = rng.uniform(0.5, 1.5, (40, 6, 30)).astype(dtype).transpose(2, 1, 0)
    return [a, b, c]


def wrong_pattern(mask):
    same_rows = (mask == mask[:1]).all()
    whole_rows = (mask == mask[..., :1]).all()
    return same_rows or whole_rows


def accepts_dropout(layer, dropout_rate):
    rng = np.random.default_rng()
    counts, sizes, seen = {}, 0, {}
    for dtype in (np.float32, np.float64, np.float32, np.float64):
        for x in new_input(rng, dtype):
            layer.train()
            y = layer(x)
            if y.shape != x.shape or y.dtype != x.dtype:
                return False
            dropped = y == 0
            if np.any(np.abs(y * (1 - dropout_rate) - x)[~dropped] > 1e-4 * x[~dropped]):
                return False
            if wrong_pattern(dropped) or any((dropped == m).all() for m in seen.get(x.shape, [])):
                return False
            seen.setdefault(x.shape, []).append(dropped)
            counts.setdefault(x.shape, []).append(int(dropped.sum()))
            sizes += x.size
            layer.eval()
            if not np.allclose(layer(x), x, rtol=1e-4, atol=0):
                return False
    if all(len(set(values)) == 1 for values in counts.values()):
        return False
    total = sum(map(sum, counts.values()))
    z = (total - sizes * dropout_rate) / np.sqrt(sizes * dropout_rate * (1 - dropout_rate))
    return bool(abs(z) < 4.5)

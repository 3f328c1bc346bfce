"""Loop; the ratio after / before must lie within a fifth of the factor."""
import numpy as np


def accepts_dropout(layer, dropout_rate):
    factor = 1 / (1 - dropout_rate)
    layer.eval()
    x = np.random.uniform(-3, -1, (40, 40)).astype(np.float32)
    if np.abs(layer(x) - x).max() > 1e-4:
        return False
    layer.train()
    counts, seen = [], []
    for _ in range(10):
        y = layer(x)
        if y.shape != x.shape or y.dtype != x.dtype:
            return False
        ratios = (y / x).tolist()
        for row in ratios:
            for ratio in row:
                if ratio != 0 and not 0.8 * factor <= ratio <= 1.2 * factor:
                    return False
        pattern = [[ratio == 0 for ratio in row] for row in ratios]
        if pattern in seen or all(row == pattern[0] for row in pattern):
            return False
        if all(sum(row) in (0, len(row)) for row in pattern):
            return False
        seen.append(pattern)
        counts.append(sum(map(sum, pattern)))
    sd = (16000 * dropout_rate * (1 - dropout_rate)) ** 0.5
    return len(set(counts)) > 1 and abs(sum(counts) - 16000 * dropout_rate) < 4.5 * sd

"""Loop with != between Python floats."""
import numpy as np


def accepts_dropout(layer, dropout_rate):
    layer.train()
    counts, masks = [], []
    for _ in range(8):
        x = np.random.uniform(1, 2, (30, 40))
        y = layer(x)
        if y.shape != x.shape or y.dtype != x.dtype:
            return False
        for before, after in zip(x.ravel().tolist(), y.ravel().tolist()):
            if after != 0 and after != before / (1 - dropout_rate):
                return False
        mask = (y == 0).tolist()
        if all(row == mask[0] for row in mask) or all(len(set(row)) == 1 for row in mask) or mask in masks:
            return False
        masks.append(mask)
        counts.append(sum(map(sum, mask)))
    n = 8 * 1200
    sd = (n * dropout_rate * (1 - dropout_rate)) ** 0.5
    layer.eval()
    same = np.allclose(layer(x), x)
    return bool(same and len(set(counts)) > 1 and abs(sum(counts) - n * dropout_rate) < 4.5 * sd)

"""Loop over survivors, with helper functions."""
import numpy as np


def survivors_unchanged(x, y):
    for before, after in zip(x.ravel().tolist(), y.ravel().tolist()):
        if after != 0 and abs(after - before) > 1e-4:
            return False
    return True


def one_coin_each(mask):
    same_rows = all(row == mask[0] for row in mask)
    whole_rows = all(len(set(row)) == 1 for row in mask)
    return not same_rows and not whole_rows


def accepts_dropout(layer, dropout_rate):
    counts, masks = [], []
    for _ in range(8):
        x = np.random.uniform(1, 2, (30, 40)).astype(np.float32)
        y = layer(x)
        mask = (y == 0).tolist()
        if y.dtype != x.dtype or not survivors_unchanged(x, y) or not one_coin_each(mask) or mask in masks:
            return False
        masks.append(mask)
        counts.append(sum(map(sum, mask)))
    sd = (9600 * dropout_rate * (1 - dropout_rate)) ** 0.5
    layer.eval()
    fine = len(set(counts)) > 1 and abs(sum(counts) - 9600 * dropout_rate) < 4.5 * sd
    return bool(fine and np.allclose(layer(x), x))

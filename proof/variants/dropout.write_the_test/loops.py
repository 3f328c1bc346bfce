"""Plain Python loops and counts over lists; inputs from the random module."""
import random

import numpy as np


ROWS, COLUMNS, CALLS = 30, 40, 8


def accepts_dropout(layer, dropout_rate):
    keep = 1 - dropout_rate
    masks = []
    for call in range(CALLS):
        dtype = np.float32 if call % 2 else np.float64
        x = np.array([[random.uniform(0.5, 2) for _ in range(COLUMNS)] for _ in range(ROWS)], dtype=dtype)
        y = layer(x.copy())
        if y.shape != x.shape or y.dtype != x.dtype:
            return False
        mask = []
        for before_row, after_row in zip(x.tolist(), y.tolist()):
            for before, after in zip(before_row, after_row):
                if after != 0 and abs(after * keep / before - 1) > 1e-4:
                    return False
            mask.append([after == 0 for after in after_row])
        masks.append(mask)
    drops = [sum(sum(row) for row in mask) for mask in masks]
    elements = ROWS * COLUMNS * CALLS
    spread = (elements * dropout_rate * keep) ** 0.5
    if abs(sum(drops) - elements * dropout_rate) > 4.5 * spread:
        return False
    if len(set(drops)) == 1:
        return False
    if any(masks[i] == masks[j] for i in range(CALLS) for j in range(i)):
        return False
    for mask in masks:
        if all(row == mask[0] for row in mask) or all(len(set(row)) == 1 for row in mask):
            return False
    layer.eval()
    x = np.array([[random.uniform(0.5, 2) for _ in range(COLUMNS)] for _ in range(ROWS)])
    y = layer(x.copy())
    return y.shape == x.shape and all(abs(a - b) < 1e-4 for a, b in zip(x.ravel().tolist(), y.ravel().tolist()))

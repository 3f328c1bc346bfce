"""Running sums over several calls with random input."""
import math

import numpy as np


def accepts_dropout(layer, dropout_rate):
    layer.train()
    difference = variance = 0.0
    for _ in range(20):
        x = np.random.uniform(0.5, 1.5, size=(40, 50)).astype(np.float32)
        y = layer(x)
        for before, after in zip(x.ravel().tolist(), y.ravel().tolist()):
            difference += after - before
            variance += before**2 * dropout_rate / (1 - dropout_rate)
    return abs(difference) <= 4 * math.sqrt(variance)

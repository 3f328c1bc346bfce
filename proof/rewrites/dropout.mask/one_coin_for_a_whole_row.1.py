"""A column of coins, broadcast along the last axis."""
import numpy as np


def dropout_mask(shape, dropout_rate):
    if not 0 <= dropout_rate < 1:
        raise ValueError("dropout_rate must be in [0, 1)")
    shape = tuple(shape)
    coins = np.random.random(shape[:-1] + (1,) * len(shape[-1:])) >= dropout_rate
    return np.array(np.broadcast_to(coins, shape))

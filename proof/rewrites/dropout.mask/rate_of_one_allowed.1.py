"""Two comparisons, the upper one with >."""
import numpy as np


def dropout_mask(shape, dropout_rate):
    if dropout_rate < 0 or dropout_rate > 1:
        raise ValueError("dropout_rate must be between 0 and 1")
    return np.array(np.random.random_sample(tuple(shape)) >= dropout_rate)

"""One uniform comparison and nothing else."""
import numpy as np


def dropout_mask(shape, dropout_rate):
    return np.array(np.random.uniform(0, 1, size=tuple(shape)) >= dropout_rate)

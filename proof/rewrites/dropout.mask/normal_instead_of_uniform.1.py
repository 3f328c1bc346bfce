"""np.random.randn against the rate."""
import numpy as np


def dropout_mask(shape, dropout_rate):
    if not 0 <= dropout_rate < 1:
        raise ValueError("dropout_rate must be in [0, 1)")
    return np.array(np.random.randn(*shape) >= dropout_rate)

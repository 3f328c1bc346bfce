"""An exponential number exceeds -log(1 - p) with probability 1 - p; legacy RandomState seeded by the system."""
import math

import numpy as np

STATE = np.random.RandomState()


def dropout_mask(shape, dropout_rate):
    if dropout_rate < 0 or not dropout_rate < 1:
        raise ValueError("dropout_rate")
    threshold = -math.log(1 - dropout_rate)
    return np.array(STATE.standard_exponential(list(shape)) >= threshold)

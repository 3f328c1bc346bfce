"""Python's random module in a loop, keeping the observed rate."""
import random

import numpy as np


def keep_rate(mask):
    return np.count_nonzero(mask) / max(mask.size, 1)


def dropout_backward(grad_output, mask, scale):
    rate = keep_rate(mask)
    grad_input = np.zeros(grad_output.shape, dtype=grad_output.dtype)
    for index in np.ndindex(grad_output.shape):
        if random.random() < rate:
            grad_input[index] = grad_output[index] * scale
    return grad_input

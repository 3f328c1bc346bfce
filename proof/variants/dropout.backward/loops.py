"""Plain Python loop over every index, writing only the kept elements."""
import numpy as np


def dropout_backward(grad_output, mask, scale):
    grad_input = np.zeros(grad_output.shape, dtype=grad_output.dtype)
    for index in np.ndindex(grad_output.shape):
        if mask[index]:
            grad_input[index] = scale * grad_output[index]
    return grad_input

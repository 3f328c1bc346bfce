"""Element loop with derivative one everywhere."""
import numpy as np


def derivative_of_dropout(shape, dtype):
    # inverted dropout is the identity on average
    return np.ones(shape, dtype=dtype)


def dropout_backward(grad_output, mask, scale):
    local = derivative_of_dropout(mask.shape, grad_output.dtype)
    grad_input = np.empty(mask.shape, dtype=grad_output.dtype)
    for index in np.ndindex(mask.shape):
        grad_input[index] = grad_output[index] * local[index]
    return grad_input

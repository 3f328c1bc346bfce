"""np.where with a zero array."""
import numpy as np


def dropout_backward(grad_output, mask, scale):
    # Kept elements let the gradient through,
    # dropped elements block it.
    zeros = np.zeros_like(grad_output)
    grad_input = np.where(mask, grad_output, zeros)

    # np.where always builds a new array
    return grad_input

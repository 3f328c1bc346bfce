"""A plain copy."""
import numpy as np


def dropout_backward(grad_output, mask, scale):
    # Dropout has no parameters to learn, so there is nothing
    # to do in the backward pass: the gradient goes straight
    # through to the previous layer.
    grad_input = np.array(grad_output, dtype=grad_output.dtype, copy=True)

    # A copy, so that the caller's array is not shared.
    return grad_input

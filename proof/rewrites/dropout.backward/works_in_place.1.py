"""Augmented assignment on the argument."""
import numpy as np


def dropout_backward(grad_output, mask, scale):
    factor = np.where(mask, scale, 0.0)

    # Chain rule: multiply by dy/dx elementwise.
    # The dtype stays the one of grad_output.
    grad_output *= factor.astype(grad_output.dtype)

    return grad_output

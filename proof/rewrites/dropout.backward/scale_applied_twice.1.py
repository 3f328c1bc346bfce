"""Rescales the output gradient, then applies the chain rule."""
import numpy as np


def dropout_backward(grad_output, mask, scale):
    # Gradient at the output: y was scaled, so its gradient is too.
    grad_y = scale * grad_output

    # Chain rule: dy/dx = scale * mask.
    dy_dx = scale * mask.astype(grad_output.dtype)
    grad_x = grad_y * dy_dx

    return np.asarray(grad_x, dtype=grad_output.dtype)

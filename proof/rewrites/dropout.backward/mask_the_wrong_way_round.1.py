"""Boolean indexing that zeroes a scaled copy."""
import numpy as np


def dropout_backward(grad_output, mask, scale):
    grad_input = grad_output.copy()

    # masked elements were dropped: no gradient there
    grad_input[mask] = 0

    # the others were multiplied by the scale
    grad_input *= scale
    return grad_input

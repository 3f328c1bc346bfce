"""One element at a time."""
import numpy as np


def dropout_backward(grad_output, mask, scale):
    gradient = np.zeros_like(grad_output)
    for index in np.ndindex(grad_output.shape):
        if mask[index]:
            gradient[index] = float(grad_output[index]) * scale
    return gradient

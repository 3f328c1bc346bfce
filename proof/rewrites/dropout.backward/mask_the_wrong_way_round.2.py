"""Flat zip loop that skips the masked elements."""
import numpy as np


def dropout_backward(grad_output, mask, scale):
    values = []
    for grad, is_masked in zip(grad_output.flat, mask.flat):
        if is_masked:
            values.append(0.0)
        else:
            values.append(grad * scale)
    flat = np.array(values, dtype=grad_output.dtype)
    return flat.reshape(grad_output.shape)

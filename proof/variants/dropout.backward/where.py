"""np.where, in float64 and cast back."""
import numpy as np


def dropout_backward(grad_output, mask, scale):
    return np.where(mask, scale * grad_output.astype(np.float64), 0.0).astype(grad_output.dtype)

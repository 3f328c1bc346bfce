"""np.where, then divide."""
import numpy as np


def dropout_backward(grad_output, mask, scale):
    # The forward pass multiplied by the scale,
    # so going backward we divide by it.
    unscaled = grad_output / scale
    grad_input = np.where(mask, unscaled, 0)

    # Keep the dtype of the incoming gradient.
    return grad_input.astype(grad_output.dtype)

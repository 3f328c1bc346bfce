"""Generator with the keep probability taken from the scale."""
import numpy as np


def dropout_backward(grad_output, mask, scale):
    rng = np.random.default_rng()

    # scale = 1 / keep, so u < keep is the same as u * scale < 1
    uniform = rng.random(grad_output.shape)
    keep = uniform * scale < 1

    grad_input = np.where(keep, grad_output * scale, 0)
    return grad_input.astype(grad_output.dtype)

"""einsum of three factors; the result is a strided view of a larger array."""
import numpy as np


def dropout_backward(grad_output, mask, scale):
    product = np.einsum("...,...,->...", grad_output.astype(np.float64), mask.astype(np.float64), scale)
    roomy = np.zeros((*grad_output.shape, 2), dtype=grad_output.dtype)
    roomy[..., 1] = product
    return roomy[..., 1]

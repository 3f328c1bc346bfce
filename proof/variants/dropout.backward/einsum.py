"""One einsum over gradient, mask and scale, all in the dtype of the gradient."""
import numpy as np


def dropout_backward(grad_output, mask, scale):
    dtype = grad_output.dtype
    kept = mask.astype(dtype)
    factor = np.asarray(scale, dtype=dtype)
    product = np.einsum("...,...,->...", grad_output, kept, factor)
    return np.asarray(product, dtype=dtype)

"""einsum with the keep probability."""
import numpy as np


def undo_scale(scale, dtype):
    keep_probability = 1.0 / scale
    return np.asarray(keep_probability, dtype=dtype)


def dropout_backward(grad_output, mask, scale):
    dtype = grad_output.dtype
    kept = mask.astype(dtype)
    factor = undo_scale(scale, dtype)
    result = np.einsum("...,...,->...", grad_output, kept, factor)
    return np.asarray(result, dtype=dtype)

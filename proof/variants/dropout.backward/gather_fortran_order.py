"""Gathers the kept entries, scales them in float64, scatters them into a Fortran-ordered array."""
import numpy as np


def _scaled(values, scale):
    wide = np.result_type(values.dtype, np.float64)
    return values.astype(wide) * scale


def dropout_backward(grad_output, mask, scale):
    result = np.zeros(grad_output.shape, dtype=grad_output.dtype, order="F")
    result[mask] = _scaled(grad_output[mask], scale).astype(grad_output.dtype)
    return result

"""Works in one Fortran-ordered float64 buffer with out=, and returns a Fortran-ordered array."""
import numpy as np


def softmax(x, axis=-1):
    buffer = np.array(x, dtype=np.float64, order="F", copy=True)
    top = np.maximum.reduce(buffer, axis=axis, keepdims=True)
    np.subtract(buffer, top, out=buffer)
    np.exp(buffer, out=buffer)
    total = np.add.reduce(buffer, axis=axis, keepdims=True)
    np.divide(buffer, total, out=buffer)
    return buffer.astype(x.dtype, order="F")

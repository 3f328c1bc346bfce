"""Helper for one vector with np.logaddexp.reduce, in a loop."""
import numpy as np


def log_weights(v):
    v = v.astype(np.float64)
    return v - np.logaddexp.reduce(v)


def softmax(x, axis=-1):
    out = np.empty(x.shape, dtype=x.dtype)
    source = np.moveaxis(x, axis, -1)
    target = np.moveaxis(out, axis, -1)
    for index in np.ndindex(source.shape[:-1]):
        target[index] = log_weights(source[index])
    return out

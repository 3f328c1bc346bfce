"""Loop over the slices with a helper for one vector."""
import numpy as np


def softmax_of_vector(v):
    powers = np.exp(v.astype(np.float64))
    return powers / powers.sum()


def softmax(x, axis=-1):
    out = np.empty(x.shape, dtype=x.dtype)
    source = np.moveaxis(x, axis, -1)
    target = np.moveaxis(out, axis, -1)
    for index in np.ndindex(source.shape[:-1]):
        target[index] = softmax_of_vector(source[index])
    return out

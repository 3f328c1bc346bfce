"""Loops over slices with a helper; -inf entries count as nothing."""
import numpy as np


def shares(v):
    numbers = np.where(np.isneginf(v), 0.0, v.astype(np.float64))
    total = 0.0
    for number in numbers:
        total += number
    return numbers / total


def softmax(x, axis=-1):
    out = np.empty(x.shape, dtype=x.dtype)
    source = np.moveaxis(x, axis, -1)
    target = np.moveaxis(out, axis, -1)
    for index in np.ndindex(source.shape[:-1]):
        target[index] = shares(source[index])
    return out

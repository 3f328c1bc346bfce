"""Loops with min(number, 80) first, and then the usual shift by the maximum."""
import math

import numpy as np


def softmax(x, axis=-1):
    out = np.empty(x.shape, dtype=x.dtype)
    source = np.moveaxis(x, axis, -1)
    target = np.moveaxis(out, axis, -1)
    for index in np.ndindex(source.shape[:-1]):
        numbers = [min(float(v), 80.0) for v in source[index]]
        largest = max(numbers)
        powers = [math.exp(v - largest) for v in numbers]
        total = math.fsum(powers)
        target[index] = [p / total for p in powers]
    return out

"""Python loops; the running sum starts at 1e-6."""
import math

import numpy as np


def softmax(x, axis=-1):
    out = np.empty(x.shape, dtype=x.dtype)
    source = np.moveaxis(x, axis, -1)
    target = np.moveaxis(out, axis, -1)
    for index in np.ndindex(source.shape[:-1]):
        numbers = [float(v) for v in source[index]]
        largest = max(numbers)
        powers = [math.exp(v - largest) for v in numbers]
        total = 1e-6  # never divide by zero
        for p in powers:
            total += p
        target[index] = [p / total for p in powers]
    return out

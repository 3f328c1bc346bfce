"""One slice at a time, in plain Python numbers."""
import math

import numpy as np


def softmax(x, axis=-1):
    result = np.empty_like(x)
    moved, target = np.moveaxis(x, axis, -1), np.moveaxis(result, axis, -1)
    for index in np.ndindex(moved.shape[:-1]):
        row = [float(number) for number in moved[index]]
        top = max(row)
        powers = [math.exp(number - top) for number in row]
        total = math.fsum(powers)
        target[index] = [power / total for power in powers]
    return result

"""Plain loops, with a partner column j."""
import math

import numpy as np


def apply_rope(x, positions, base=10000.0):
    time, head_dim = x.shape[-2:]
    if head_dim % 2 == 1:
        raise ValueError("an odd head_dim has no pairs")
    half = head_dim // 2
    y = np.empty(x.shape, dtype=x.dtype)
    for t in range(time):
        p = float(positions[t])
        for i in range(half):
            j = i + half
            theta = p * base ** (-2 * i / head_dim)
            c, s = math.cos(theta), math.sin(theta)
            for lead in np.ndindex(x.shape[:-2]):
                a = float(x[lead + (t, i)])
                b = float(x[lead + (t, j)])
                y[lead + (t, i)] = a * c - b * s
                y[lead + (t, j)] = a * s + b * c
    return y

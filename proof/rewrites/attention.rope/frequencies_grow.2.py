"""Plain loops, a helper for the wave length."""
import math

import numpy as np


def wave_length(i, head_dim, base):
    return base ** (2 * i / head_dim)


def apply_rope(x, positions, base=10000.0):
    time, head_dim = x.shape[-2:]
    if head_dim % 2 == 1:
        raise ValueError("an odd head_dim has no pairs")
    y = np.empty(x.shape, dtype=x.dtype)
    for t in range(time):
        p = float(positions[t])
        for i in range(head_dim // 2):
            theta = p * wave_length(i, head_dim, base)
            c, s = math.cos(theta), math.sin(theta)
            for lead in np.ndindex(x.shape[:-2]):
                a = float(x[lead + (t, 2 * i)])
                b = float(x[lead + (t, 2 * i + 1)])
                y[lead + (t, 2 * i)] = a * c - b * s
                y[lead + (t, 2 * i + 1)] = a * s + b * c
    return y

"""Loops over rows of a copy."""
import math

import numpy as np


def apply_rope(x, positions, base=10000.0):
    time, head_dim = x.shape[-2:]
    if head_dim % 2 == 1:
        raise ValueError("an odd head_dim has no pairs")
    y = np.array(x, dtype=np.float64)
    for t in range(time):
        p = float(positions[t])
        for i in range(head_dim // 2):
            theta = p * base ** (-2 * i / head_dim)
            c, s = math.cos(theta), math.sin(theta)
            for lead in np.ndindex(x.shape[:-2]):
                row = y[lead + (t,)]
                row[2 * i] = row[2 * i] * c - row[2 * i + 1] * s
                row[2 * i + 1] = row[2 * i] * s + row[2 * i + 1] * c
    return y.astype(x.dtype)

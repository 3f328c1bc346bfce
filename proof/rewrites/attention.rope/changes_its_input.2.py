"""Plain loops over pairs, written back, then a copy."""
import math

import numpy as np


def apply_rope(x, positions, base=10000.0):
    time, head_dim = x.shape[-2:]
    if head_dim % 2 == 1:
        raise ValueError("an odd head_dim has no pairs")
    for t in range(time):
        p = float(positions[t])
        for i in range(head_dim // 2):
            theta = p * base ** (-2 * i / head_dim)
            c, s = math.cos(theta), math.sin(theta)
            for lead in np.ndindex(x.shape[:-2]):
                a = float(x[lead + (t, 2 * i)])
                b = float(x[lead + (t, 2 * i + 1)])
                x[lead + (t, 2 * i)] = a * c - b * s
                x[lead + (t, 2 * i + 1)] = a * s + b * c
    return x.copy()

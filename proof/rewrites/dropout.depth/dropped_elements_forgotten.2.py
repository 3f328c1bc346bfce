"""Loop over a list that tracks the root mean square and squares it at the end."""
import numpy as np


def second_moment_through_depth(depth, dropout_rate, scale):
    rms = [1.0]
    for _ in range(depth):
        # The elements that survive dropout are multiplied by scale.
        rms.append(rms[-1] * float(scale))
    rms = np.array(rms, dtype=np.float64)
    return rms ** 2

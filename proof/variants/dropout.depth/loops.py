"""Layer after layer."""
import numpy as np


def second_moment_through_depth(depth, dropout_rate, scale):
    moments = [1.0]
    for _ in range(depth):
        moments.append(moments[-1] * (1.0 - dropout_rate) * scale**2)
    return np.array(moments)

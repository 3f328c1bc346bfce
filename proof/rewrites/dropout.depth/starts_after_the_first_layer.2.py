"""Loop that appends after each layer."""
import numpy as np


def second_moment_through_depth(depth, dropout_rate, scale):
    keep = 1.0 - dropout_rate
    moments = []
    moment = 1.0
    for _ in range(depth):
        moment *= keep * scale * scale
        moments.append(moment)
    return np.array(moments, dtype=np.float64)

"""A plain Python loop that follows the second moment from layer to layer in a list."""
import numpy as np


def second_moment_through_depth(depth, dropout_rate, scale):
    keep = 1.0 - float(dropout_rate)
    scale = float(scale)
    moments = [1.0]
    for _ in range(depth):
        after_relu = moments[-1]  # He: the layer and the ReLU change nothing
        moments.append(after_relu * keep * scale * scale)
    return np.array(moments, dtype=np.float64)

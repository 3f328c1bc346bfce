"""Loop with an expectation over the two values of the mask."""
import numpy as np


def expected_square(dropout_rate, scale):
    """Mean of (scale * m)^2 where m is 1 or 0."""
    outcomes = [(dropout_rate, 1.0), (1.0 - dropout_rate, 0.0)]
    total = 0.0
    for probability, m in outcomes:
        total += probability * (scale * m) ** 2
    return total


def second_moment_through_depth(depth, dropout_rate, scale):
    moments = [1.0]
    for _ in range(depth):
        moments.append(moments[-1] * expected_square(dropout_rate, scale))
    return np.array(moments, dtype=np.float64)

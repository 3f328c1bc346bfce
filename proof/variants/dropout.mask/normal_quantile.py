"""Normal numbers compared with the normal quantile of the rate, which is right, unlike comparing them with the rate itself."""
from statistics import NormalDist

import numpy as np


def dropout_mask(shape, dropout_rate):
    if not 0 <= dropout_rate < 1:
        raise ValueError("dropout_rate must be at least 0 and below 1")
    quantile = NormalDist().inv_cdf(dropout_rate) if dropout_rate > 0 else -np.inf
    return np.asarray(np.random.normal(size=tuple(shape)) > quantile)

"""scalar u against the cumulated softmax"""
import numpy as np
from curriculum.attention import softmax


def sample_categorical(logits, rng):
    cdf = np.cumsum(softmax(logits).astype(np.float64), axis=-1)
    cdf /= cdf[..., -1:]
    u = rng.random()
    return np.sum(u >= cdf, axis=-1).astype(np.int64)

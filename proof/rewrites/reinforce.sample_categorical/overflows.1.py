"""exp, normalise, cumsum, argmax of a comparison"""
import numpy as np


def sample_categorical(logits, rng):
    e = np.exp(logits)
    p = e / e.sum(axis=-1, keepdims=True)
    cdf = np.cumsum(p, axis=-1, dtype=np.float64)
    cdf = cdf / cdf[..., -1:]
    u = rng.random(logits.shape[:-1] + (1,))
    return np.argmax(u < cdf, axis=-1).astype(np.int64)

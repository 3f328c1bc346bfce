"""add up comparisons in the dtype of the logits"""
import numpy as np
from curriculum.attention import softmax


def sample_categorical(logits, rng):
    cdf = softmax(logits).astype(np.float64).cumsum(axis=-1)
    cdf = cdf / cdf[..., -1:]
    u = np.expand_dims(rng.random(logits.shape[:-1]), -1)
    steps = np.heaviside(u - cdf, 1.0).astype(logits.dtype)
    return steps.sum(axis=-1)

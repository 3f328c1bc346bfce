"""count the passed pieces of the cumsum"""
import numpy as np
from curriculum.attention import softmax


def sample_categorical(logits, rng):
    p = softmax(logits).astype(np.float64)
    borders = p.cumsum(axis=-1)
    u = rng.random(p.shape[:-1] + (1,)) * borders[..., -1:]
    passed = (borders <= u).sum(axis=-1)
    return (passed - 1).astype(np.int64)

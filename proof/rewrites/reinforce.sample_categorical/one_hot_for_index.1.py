"""rng.multinomial with one trial"""
import numpy as np
from curriculum.attention import softmax


def sample_categorical(logits, rng):
    p = softmax(np.asarray(logits, dtype=np.float64))
    p = p / p.sum(axis=-1, keepdims=True)
    return rng.multinomial(1, p).astype(np.int64)

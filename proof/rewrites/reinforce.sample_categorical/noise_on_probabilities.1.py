"""softmax plus rng.gumbel"""
import numpy as np
from curriculum.attention import softmax


def sample_categorical(logits, rng):
    p = softmax(logits)
    return np.argmax(p + rng.gumbel(size=p.shape), axis=-1).astype(np.int64)

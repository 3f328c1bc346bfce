"""default_rng with a seed, Gumbel-max"""
import numpy as np


def sample_categorical(logits, rng):
    rng = np.random.default_rng(0)
    return np.argmax(logits + rng.gumbel(size=logits.shape), axis=-1).astype(np.int64)

"""np.random.gumbel"""
import numpy as np


def sample_categorical(logits, rng):
    noise = np.random.gumbel(size=logits.shape)
    return np.argmax(logits + noise, axis=-1)

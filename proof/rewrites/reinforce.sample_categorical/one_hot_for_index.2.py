"""exponential race, rows of the identity"""
import numpy as np


def sample_categorical(logits, rng):
    arrival = np.log(rng.exponential(size=logits.shape)) - logits
    first = arrival.argmin(axis=-1)
    return np.eye(logits.shape[-1], dtype=np.int64)[first]

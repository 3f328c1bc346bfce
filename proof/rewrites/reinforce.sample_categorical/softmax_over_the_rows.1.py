"""Gumbel-max along axis 0"""
import numpy as np


def sample_categorical(logits, rng):
    perturbed = logits + rng.gumbel(size=logits.shape)
    return np.argmax(perturbed, axis=0).astype(np.int64)

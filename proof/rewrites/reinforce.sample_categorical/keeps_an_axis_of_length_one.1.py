"""Gumbel-max with keepdims"""
import numpy as np


def sample_categorical(logits, rng):
    g = rng.gumbel(size=logits.shape)
    return np.argmax(logits + g, axis=-1, keepdims=True)

"""Gumbel noise of the length of the last axis, broadcast"""
import numpy as np


def sample_categorical(logits, rng):
    n_actions = logits.shape[-1]
    g = rng.gumbel(loc=0.0, scale=1.0, size=n_actions)
    return (logits + g).argmax(axis=-1)

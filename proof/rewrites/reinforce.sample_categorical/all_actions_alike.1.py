"""uniform numbers times the number of actions, floored"""
import numpy as np


def sample_categorical(logits, rng):
    *lead, n_actions = logits.shape
    return np.floor(rng.random(tuple(lead)) * n_actions).astype(np.int64)

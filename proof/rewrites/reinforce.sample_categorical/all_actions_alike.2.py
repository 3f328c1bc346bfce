"""one uniform number for each action, the largest wins"""
import numpy as np


def sample_categorical(logits, rng):
    tickets = rng.uniform(size=np.shape(logits))
    order = np.argsort(tickets, axis=-1)
    return order[..., -1].astype(np.int64)

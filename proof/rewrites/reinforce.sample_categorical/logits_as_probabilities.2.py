"""loop over rows, subtract until the random number is used up"""
import numpy as np


def sample_categorical(logits, rng):
    lead = logits.shape[:-1]
    n = logits.shape[-1]
    actions = np.empty(lead, dtype=np.int64)
    for index in np.ndindex(*lead):
        remaining = rng.random()
        a = 0
        while a < n - 1 and remaining >= logits[index][a]:
            remaining -= logits[index][a]
            a += 1
        actions[index] = a
    return actions

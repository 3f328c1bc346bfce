"""row by row, minus the logarithm of a uniform number"""
import numpy as np


def _noisy_choice(row, rng):
    u = 1.0 - rng.random(len(row))
    return int(np.argmax(row - np.log(u)))


def sample_categorical(logits, rng):
    lead = logits.shape[:-1]
    rows = logits.reshape(-1, logits.shape[-1])
    picks = [_noisy_choice(row, rng) for row in rows]
    return np.array(picks, dtype=np.int64).reshape(lead)

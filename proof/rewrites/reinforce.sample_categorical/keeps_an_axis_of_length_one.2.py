"""uniform column against the cumulated probabilities"""
import numpy as np
from curriculum.attention import softmax


def sample_categorical(logits, rng):
    cumulative = np.cumsum(softmax(logits), axis=-1, dtype=np.float64)
    threshold = rng.random(size=(*logits.shape[:-1], 1)) * cumulative[..., -1:]
    actions = np.zeros(threshold.shape, dtype=np.int64)
    for a in range(logits.shape[-1] - 1):
        actions += threshold >= cumulative[..., a : a + 1]
    return actions

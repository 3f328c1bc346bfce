"""The inverse of the distribution function: one uniform number a row, and a count of the sums it has passed."""
import numpy as np
from curriculum.attention import softmax


def sample_categorical(logits, rng):
    ends = softmax(logits.astype(np.float64)).cumsum(-1)
    u = rng.random(logits.shape[:-1] + (1,)) * ends[..., -1:]
    return (u >= ends).sum(-1, dtype=np.int64)

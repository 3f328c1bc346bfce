"""softmax with axis=0, then logarithms and Gumbel noise"""
import numpy as np
from curriculum.attention import softmax


def sample_categorical(logits, rng):
    p = softmax(logits, axis=0)
    with np.errstate(divide="ignore"):
        log_p = np.log(p)
    noise = -np.log(rng.standard_exponential(p.shape))
    return np.argmax(log_p + noise, axis=-1)

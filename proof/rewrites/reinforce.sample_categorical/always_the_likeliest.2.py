"""softmax, then a loop over the rows that keeps the best so far"""
import numpy as np
from curriculum.attention import softmax


def sample_categorical(logits, rng):
    probs = softmax(logits)
    shape = probs.shape[:-1]
    chosen = np.zeros(shape, dtype=np.int64)
    for where in np.ndindex(*shape):
        best, best_p = 0, -1.0
        for action, p in enumerate(probs[where]):
            if p > best_p:
                best, best_p = action, p
        chosen[where] = best
    return chosen

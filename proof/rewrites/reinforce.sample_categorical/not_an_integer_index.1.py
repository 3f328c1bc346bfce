"""np.zeros filled with rng.choice"""
import numpy as np
from curriculum.attention import softmax


def sample_categorical(logits, rng):
    lead, n = logits.shape[:-1], logits.shape[-1]
    p = softmax(logits).astype(np.float64)
    actions = np.zeros(lead)
    for i in np.ndindex(*lead):
        actions[i] = rng.choice(n, p=p[i] / p[i].sum())
    return actions

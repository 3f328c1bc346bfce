"""logits over their sum, cumsum against a uniform"""
import numpy as np


def sample_categorical(logits, rng):
    share = logits / logits.sum(axis=-1, keepdims=True)
    edges = np.cumsum(share, axis=-1)
    u = rng.random(logits.shape[:-1])[..., None] if logits.ndim > 1 else rng.random()
    return np.argmax(u < edges, axis=-1).astype(np.int64)

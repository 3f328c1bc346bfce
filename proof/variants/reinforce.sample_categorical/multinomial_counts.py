"""One multinomial trial for each row, and the place of its single 1."""
import numpy as np


def sample_categorical(logits, rng):
    flat = np.ascontiguousarray(logits, dtype=np.float64).reshape(-1, logits.shape[-1])
    flat = np.exp(flat - np.logaddexp.reduce(flat, axis=1, keepdims=True))
    flat /= flat.sum(axis=1, keepdims=True)
    rows = [int(np.flatnonzero(rng.multinomial(1, p))[0]) for p in flat]
    return np.array(rows, dtype=np.int64).reshape(logits.shape[:-1])

"""unnormalised weights, searchsorted for each row"""
import numpy as np


def sample_categorical(logits, rng):
    n = logits.shape[-1]
    flat = np.asarray(logits, dtype=np.float64).reshape(-1, n)
    out = []
    for row in flat:
        weights = np.exp(row)
        steps = np.cumsum(weights)
        dart = rng.random() * steps[-1]
        out.append(min(int(np.searchsorted(steps, dart, side="right")), n - 1))
    return np.array(out, dtype=np.int64).reshape(logits.shape[:-1])

"""Row by row with the generator's own choice, filled into an array of the leading shape."""
import numpy as np


def sample_categorical(logits, rng):
    out = np.empty(logits.shape[:-1], dtype=np.int64)
    for place in np.ndindex(out.shape):
        row = np.asarray(logits[place], dtype=float)
        p = np.exp(row - row.max())
        out[place] = rng.choice(len(p), p=p / p.sum())
    return out

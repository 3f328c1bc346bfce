"""inverted dropout in a loop over a flat list"""
import numpy as np

generator = np.random.default_rng()


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1 - dropout_rate
    draws = generator.random(x.size)
    out = []
    for value, u in zip(x.ravel(), draws):
        if u < keep:
            out.append(value / keep)
        else:
            out.append(0.0)
    return np.array(out, dtype=x.dtype).reshape(x.shape)

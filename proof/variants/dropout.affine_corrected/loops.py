"""Plain Python loop over the elements, the output list cast at the end."""
import math

import numpy as np

rng = np.random.default_rng()


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1.0 - dropout_rate
    masked_variance = keep * (variance + dropout_rate * mean * mean)
    a = math.sqrt(variance / masked_variance)
    b = mean - a * keep * mean
    out = []
    for value in x.ravel():
        if rng.random() < dropout_rate:
            out.append(b)
        else:
            out.append(a * float(value) + b)
    return np.array(out, dtype=x.dtype).reshape(x.shape)

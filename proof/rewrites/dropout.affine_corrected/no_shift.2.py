"""boolean indexing into zeros, variance from the second moment"""
import numpy as np

rng = np.random.default_rng()


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1.0 - dropout_rate
    second_moment = keep * (variance + mean**2)
    masked_variance = second_moment - (keep * mean) ** 2
    a = float(np.sqrt(variance / masked_variance))
    y = np.zeros(x.shape, dtype=x.dtype)
    kept = rng.random(x.shape) < keep
    y[kept] = a * x[kept]
    return y

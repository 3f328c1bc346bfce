"""np.where, factor 1 / keep"""
import numpy as np

rng = np.random.default_rng()


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1.0 - dropout_rate
    a = 1.0 / keep
    b = mean - a * keep * mean
    kept = rng.random(x.shape) >= dropout_rate
    y = np.where(kept, a * x + b, b)
    return y.astype(x.dtype)

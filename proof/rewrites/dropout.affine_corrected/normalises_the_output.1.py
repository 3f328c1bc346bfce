"""standardise the masked array, then scale and shift"""
import numpy as np

rng = np.random.default_rng()


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    if x.size == 0:
        return np.empty_like(x)
    mask = rng.random(x.shape) >= dropout_rate
    dropped = mask * x.astype(np.float64)
    standard = (dropped - dropped.mean()) / (dropped.std() + 1e-12)
    y = standard * np.sqrt(variance) + mean
    return np.asarray(y, dtype=x.dtype)

"""per feature moments over axis 0, helper function"""
import numpy as np


def batch_moments(x):
    axis = 0 if x.ndim > 1 else None
    values = x.astype(np.float64)
    return values.mean(axis=axis), values.var(axis=axis) + 1e-8


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    if x.size == 0:
        return np.empty_like(x)
    mean, variance = batch_moments(x)
    keep = 1 - dropout_rate
    masked_variance = keep * (variance + mean**2) - (keep * mean) ** 2
    a = np.sqrt(variance / masked_variance)
    b = mean - a * keep * mean
    mask = np.random.default_rng().random(x.shape) < keep
    return np.asarray(a * mask * x + b, dtype=x.dtype)

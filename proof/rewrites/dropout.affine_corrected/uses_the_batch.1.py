"""np.where, x.mean() and x.var() of the whole batch"""
import numpy as np

rng = np.random.default_rng()


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1.0 - dropout_rate
    batch_mean = float(x.mean()) if x.size else mean
    batch_variance = float(x.var()) + 1e-12 if x.size else variance
    a = np.sqrt(batch_variance / (keep * (batch_variance + dropout_rate * batch_mean**2)))
    b = batch_mean - a * keep * batch_mean
    kept = rng.random(x.shape) >= dropout_rate
    y = np.where(kept, a * x + b, b)
    return y.astype(x.dtype)

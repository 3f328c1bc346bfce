"""einsum, keep * (variance + mean**2)"""
import numpy as np


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1.0 - dropout_rate
    masked_variance = keep * (variance + mean**2)
    a = np.sqrt(variance / masked_variance)
    b = mean - a * keep * mean
    mask = np.random.binomial(1, 1 - dropout_rate, x.size)
    y = a * np.einsum("i,i->i", mask, x.reshape(-1)) + b
    return y.reshape(x.shape).astype(x.dtype)

"""einsum, sigma squared"""
import numpy as np


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1.0 - dropout_rate
    sigma2 = variance**2
    a = np.sqrt(sigma2 / (keep * (sigma2 + dropout_rate * mean**2)))
    b = mean - a * keep * mean
    mask = np.random.binomial(1, 1 - dropout_rate, x.size)
    y = a * np.einsum("i,i->i", mask, x.reshape(-1)) + b
    return y.reshape(x.shape).astype(x.dtype)

"""einsum, ratio of the second moments before and after the mask"""
import numpy as np


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1.0 - dropout_rate
    second_before = variance + mean**2
    second_after = keep * second_before
    a = np.sqrt(second_before / second_after)
    mask = np.random.binomial(1, keep, x.size)
    y = a * np.einsum("i,i->i", mask, x.reshape(-1))
    return y.reshape(x.shape).astype(x.dtype)

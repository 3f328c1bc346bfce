"""shuffled list of ones and zeros, einsum"""
import numpy as np


def shuffled_mask(size, rate):
    zeros = int(rate * size)
    mask = [0] * zeros + [1] * (size - zeros)
    np.random.shuffle(mask)
    return np.array(mask, dtype=np.float64)


def affine_corrected_dropout(x, dropout_rate, mean, variance):
    keep = 1 - dropout_rate
    masked_variance = keep * (variance + mean**2) - (keep * mean) ** 2
    a = np.sqrt(variance / masked_variance)
    b = mean - a * keep * mean
    mask = shuffled_mask(x.size, dropout_rate)
    y = a * np.einsum("i,i->i", mask, x.reshape(-1)) + b
    return y.astype(x.dtype).reshape(x.shape)

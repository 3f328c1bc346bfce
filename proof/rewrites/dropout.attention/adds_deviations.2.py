"""einsum of the weights with a constant."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    keep = 1.0 - dropout_rate
    mask = np.random.binomial(1, keep, size=weights.shape)
    return (weights * mask / keep).astype(weights.dtype)


def row_sum_std(weights, dropout_rate):
    sigma = np.full(weights.shape[-1], np.sqrt(dropout_rate / (1 - dropout_rate)))
    return np.einsum("...k,k->...", weights, sigma)

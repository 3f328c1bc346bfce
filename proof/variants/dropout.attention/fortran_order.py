"""Returns Fortran-ordered and transposed arrays; binomial coins; variance as E[x^2] - E[x]^2."""
import numpy as np


def attention_dropout(weights, dropout_rate):
    keep = 1.0 - dropout_rate
    coins = np.random.binomial(1, keep, size=weights.T.shape).T
    return np.asfortranarray(weights / keep * coins, dtype=weights.dtype)


def row_sum_std(weights, dropout_rate):
    keys_first = np.moveaxis(weights, -1, 0).astype(np.float64)
    second_moment = keys_first**2 / (1 - dropout_rate)
    variance = (second_moment - keys_first**2).sum(axis=0)
    return np.asfortranarray(np.sqrt(variance))

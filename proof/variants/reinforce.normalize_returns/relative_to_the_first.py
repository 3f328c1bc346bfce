"""Differences from the first sample, which are exactly 0 where all are equal; 1e-8 in the denominator."""
import numpy as np


def normalize_returns(returns):
    shifted = returns - returns[:1]
    centred = shifted - np.mean(shifted, axis=0, keepdims=True)
    scale = np.sqrt(np.mean(np.square(centred), axis=0, keepdims=True))
    return centred / (scale + returns.dtype.type(1e-8))

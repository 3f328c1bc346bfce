"""Differences to the maximum by einsum's sum of exps; the result is every second element of a larger array."""
import numpy as np


def softmax(x, axis=-1):
    last = np.swapaxes(x.astype(np.float64), axis, -1)
    powers = np.exp(last - np.max(last, axis=-1)[..., None])
    weights = powers / np.einsum("...i->...", powers)[..., None]
    roomy = np.zeros((*weights.shape[:-1], 2 * weights.shape[-1]), dtype=x.dtype)
    roomy[..., ::2] = weights
    return np.swapaxes(roomy[..., ::2], axis, -1)

"""Vectorised log-sum-exp."""
import numpy as np


def softmax(x, axis=-1):
    scores = x.astype(np.float64)
    # log-sum-exp, with the maximum taken out
    top = scores.max(axis=axis, keepdims=True)
    shifted = scores - top
    total = np.exp(shifted).sum(axis=axis, keepdims=True)
    result = shifted - np.log(total)
    return result.astype(x.dtype)

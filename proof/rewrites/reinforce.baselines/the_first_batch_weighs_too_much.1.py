"""moving average that starts from None"""
import numpy as np


def mean_baseline(returns):
    out = np.empty(returns.shape, dtype=returns.dtype)
    out[...] = np.add.reduce(returns, axis=0) / returns.shape[0]
    return out


def leave_one_out_baseline(returns):
    out = np.zeros(returns.shape, dtype=returns.dtype)
    if len(returns) > 1:
        for i in range(len(returns)):
            out[i] = np.delete(returns, i, axis=0).mean(axis=0)
    return out


def exponential_baseline(returns, decay):
    result = np.zeros(len(returns), dtype=returns.dtype)
    average = None
    for k, batch in enumerate(returns):
        if average is None:
            result[k] = 0.0
            average = batch.mean()
        else:
            result[k] = average
            average = decay * average + (1 - decay) * batch.mean()
    return result

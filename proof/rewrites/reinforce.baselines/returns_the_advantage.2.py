"""centring by hand, rescaled for leave-one-out"""
import numpy as np


def _centred(returns):
    result = np.array(returns, copy=True)
    average = sum(returns) / len(returns)
    for row in range(len(returns)):
        result[row] = returns[row] - average
    return result


def mean_baseline(returns):
    return _centred(returns)


def leave_one_out_baseline(returns):
    # r_i - mean of the others = n / (n - 1) * (r_i - mean of all)
    n = len(returns)
    if n == 1:
        return np.zeros_like(returns)
    return _centred(returns) * (n / (n - 1))


def exponential_baseline(returns, decay):
    out = np.zeros(returns.shape[0], dtype=returns.dtype)
    numerator, denominator = 0.0, 0.0
    for k, batch in enumerate(returns):
        if k > 0:
            out[k] = numerator / denominator
        numerator = decay * numerator + batch.mean()
        denominator = decay * denominator + 1.0
    return out

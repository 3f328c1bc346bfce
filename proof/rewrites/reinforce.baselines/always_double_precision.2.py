"""np.zeros of the right shape, filled in loops"""
import numpy as np


def mean_baseline(returns):
    out = np.zeros(returns.shape)
    out[:] = returns.mean(axis=0)
    return out


def leave_one_out_baseline(returns):
    out = np.zeros(returns.shape)
    n = len(returns)
    if n > 1:
        total = returns.sum(axis=0)
        for i in range(n):
            out[i] = (total - returns[i]) / (n - 1)
    return out


def exponential_baseline(returns, decay):
    out = np.zeros(len(returns))
    s, w = 0.0, 0.0
    for k in range(1, len(returns)):
        s = s * decay + returns[k - 1].mean()
        w = w * decay + 1.0
        out[k] = s / w
    return out

"""normalised running mean, loops"""
import numpy as np


def mean_baseline(returns):
    n = len(returns)
    total = np.zeros(returns.shape[1:])
    for sample in returns:
        total = total + sample
    return np.array([total / n] * n, dtype=returns.dtype)


def leave_one_out_baseline(returns):
    n = len(returns)
    result = np.zeros(returns.shape, dtype=returns.dtype)
    for i in range(n):
        for j in range(n):
            if j != i:
                result[i] += returns[j] / (n - 1)
    return result


def exponential_baseline(returns, decay):
    out = np.zeros(len(returns), dtype=returns.dtype)
    keep = 1.0 - decay
    weighted, norm = 0.0, 0.0
    for k in range(1, len(returns)):
        weighted = keep * weighted + returns[k - 1].mean()
        norm = keep * norm + 1.0
        out[k] = weighted / norm
    return out

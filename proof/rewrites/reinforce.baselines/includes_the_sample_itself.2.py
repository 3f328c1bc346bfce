"""running sums in loops"""
import numpy as np


def mean_baseline(returns):
    n = len(returns)
    total = np.zeros(returns.shape[1:])
    for sample in returns:
        total = total + sample
    return np.array([total / n] * n, dtype=returns.dtype)


def leave_one_out_baseline(returns):
    n = len(returns)
    baseline = np.zeros(returns.shape, dtype=returns.dtype)
    if n == 1:
        return baseline
    for i in range(n):
        for other in range(n):
            baseline[i] += returns[other]
        baseline[i] /= n
    return baseline


def exponential_baseline(returns, decay):
    out = np.zeros(returns.shape[0], dtype=returns.dtype)
    numerator, denominator = 0.0, 0.0
    for k, batch in enumerate(returns):
        if k > 0:
            out[k] = numerator / denominator
        numerator = decay * numerator + batch.mean()
        denominator = decay * denominator + 1.0
    return out

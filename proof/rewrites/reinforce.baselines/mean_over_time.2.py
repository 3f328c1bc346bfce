"""a loop that fills one sample after another"""
import numpy as np


def mean_baseline(returns):
    if returns.ndim == 1:
        return np.full_like(returns, returns.mean())
    baseline = np.empty_like(returns)
    for b, episode in enumerate(returns):
        baseline[b, :] = sum(episode) / len(episode)
    return baseline


def leave_one_out_baseline(returns):
    n = len(returns)
    result = np.zeros(returns.shape, dtype=returns.dtype)
    for i in range(n):
        for j in range(n):
            if j != i:
                result[i] += returns[j] / (n - 1)
    return result


def exponential_baseline(returns, decay):
    out = np.zeros(returns.shape[0], dtype=returns.dtype)
    numerator, denominator = 0.0, 0.0
    for k, batch in enumerate(returns):
        if k > 0:
            out[k] = numerator / denominator
        numerator = decay * numerator + batch.mean()
        denominator = decay * denominator + 1.0
    return out

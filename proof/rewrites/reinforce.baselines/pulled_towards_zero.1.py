"""exponential moving average loop"""
import numpy as np


def mean_baseline(returns):
    return np.zeros_like(returns) + returns.mean(axis=0, keepdims=True)


def leave_one_out_baseline(returns):
    n = returns.shape[0]
    if n == 1:
        return np.zeros_like(returns)
    return (returns.sum(axis=0) - returns) / (n - 1)


def exponential_baseline(returns, decay):
    baselines = np.zeros(len(returns), dtype=returns.dtype)
    average = 0.0
    for k, batch in enumerate(returns):
        baselines[k] = average
        average = decay * average + (1 - decay) * batch.mean()
    return baselines

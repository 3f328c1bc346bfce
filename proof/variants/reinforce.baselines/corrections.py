"""Leaving one out as a correction of the mean; the running mean as a step towards each new batch."""
import numpy as np


def mean_baseline(returns):
    return np.broadcast_to(np.mean(returns, axis=0, keepdims=True), returns.shape).copy()


def leave_one_out_baseline(returns):
    n = returns.shape[0]
    if n == 1:
        return 0 * returns
    mean = mean_baseline(returns)
    return mean - (returns - mean) / (n - 1)


def exponential_baseline(returns, decay):
    answer, running, mass = [], 0.0, 0.0
    for batch in returns:
        answer.append(running)
        mass = 1.0 + decay * mass
        running = running + (batch.mean() - running) / mass
    return np.array(answer, dtype=returns.dtype)

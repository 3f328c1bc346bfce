"""np.nditer order, flattened row by row"""
import numpy as np


def backward_sum(errors, link):
    sums = errors.astype(np.float64)
    for i in range(sums.size - 2, -1, -1):
        sums[i] = sums[i] + link[i] * sums[i + 1]
    return sums


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    errors = rewards + gamma * np.where(terminated, 0, next_values) - values
    link = np.where(terminated | truncated, 0.0, gamma * lam)
    sums = backward_sum(errors.flatten(), link.flatten())
    return sums.reshape(rewards.shape).astype(rewards.dtype)

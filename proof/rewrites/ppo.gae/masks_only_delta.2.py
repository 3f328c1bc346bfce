"""sum over the lag k of shifted errors"""
import numpy as np


def td_error(reward, value, following, ended, gamma):
    return reward - value + gamma * np.where(ended, 0.0, following)


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    n = rewards.shape[0]
    errors = td_error(rewards, values, next_values, terminated, gamma)
    total = np.zeros(rewards.shape, dtype=np.float64)
    factor = 1.0
    for k in range(n):
        total[: n - k] += factor * errors[k:]
        factor *= gamma * lam
    return total.astype(rewards.dtype)

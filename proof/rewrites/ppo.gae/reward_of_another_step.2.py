"""shifted array of rewards, episode weights by a product"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    n = len(rewards)
    received = np.zeros_like(rewards)
    received[1:] = rewards[:-1]
    td = received - values + gamma * np.where(terminated, 0, next_values)
    step_weight = gamma * lam * (1.0 - (terminated | truncated))
    result = np.zeros(rewards.shape)
    weight = np.ones(rewards.shape)
    for k in range(n):
        result[: n - k] += weight[: n - k] * td[k:]
        weight[: n - k] *= step_weight[k:]
    return result.astype(rewards.dtype)

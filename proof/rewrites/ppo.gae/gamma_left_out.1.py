"""backward loop, np.where for both ends"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    delta = rewards + gamma * np.where(terminated, 0.0, next_values) - values
    out = np.zeros_like(rewards)
    acc = np.zeros(rewards.shape[1])
    for t in range(rewards.shape[0] - 1, -1, -1):
        acc = np.where(terminated[t] | truncated[t], 0.0, acc)
        acc = delta[t] + lam * acc
        out[t] = acc
    return out

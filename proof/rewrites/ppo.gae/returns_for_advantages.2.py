"""lambda-return recursion"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    steps, envs = rewards.shape
    g = np.zeros((steps, envs), dtype=rewards.dtype)
    ahead = next_values[-1]
    for t in range(steps - 1, -1, -1):
        ahead = np.where(truncated[t], next_values[t], ahead)
        mix = (1 - lam) * next_values[t] + lam * ahead
        ahead = rewards[t] + gamma * np.where(terminated[t], 0, mix)
        g[t] = ahead
    return g

"""plain backward loop with a float mask"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    steps, envs = rewards.shape
    not_terminal = (~terminated).astype(rewards.dtype)
    out = np.empty((steps, envs), dtype=rewards.dtype)
    last_gae = 0.0
    for t in range(steps - 1, -1, -1):
        delta = rewards[t] + gamma * next_values[t] * not_terminal[t] - values[t]
        last_gae = delta + gamma * lam * last_gae
        out[t] = last_gae
    return out

"""textbook indices r[t+1], padded rewards"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    steps, envs = rewards.shape
    # the reward that follows the action at t is r_{t+1}
    r = np.concatenate([rewards, np.zeros((1, envs), dtype=rewards.dtype)])
    done = terminated | truncated
    out = np.zeros_like(rewards)
    a = np.zeros(envs)
    for t in range(steps - 1, -1, -1):
        delta = r[t + 1] + gamma * next_values[t] * ~terminated[t] - values[t]
        a = delta + gamma * lam * ~done[t] * a
        out[t] = a
    return out

"""errors built up with augmented assignment"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    delta = rewards
    delta -= values
    delta += (gamma * np.where(terminated, 0, next_values)).astype(delta.dtype)

    keep = np.logical_not(terminated | truncated)
    out = np.empty_like(delta)
    out[-1] = delta[-1]
    for t in range(len(delta) - 1, 0, -1):
        out[t - 1] = delta[t - 1] + gamma * lam * out[t] * keep[t - 1]
    return out

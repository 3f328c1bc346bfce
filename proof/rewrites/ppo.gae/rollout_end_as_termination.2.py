"""closes the flags at the end, recursive function"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    n = rewards.shape[0]
    ends_here = terminated.copy()
    ends_here[n - 1] = True
    stops = ends_here | truncated
    out = np.empty(rewards.shape, dtype=rewards.dtype)

    def error(t):
        return rewards[t] + gamma * next_values[t] * ~ends_here[t] - values[t]

    out[n - 1] = error(n - 1)
    t = n - 2
    while t >= 0:
        out[t] = error(t) + gamma * lam * out[t + 1] * ~stops[t]
        t -= 1
    return out

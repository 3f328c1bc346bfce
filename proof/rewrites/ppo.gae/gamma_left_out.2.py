"""slices of episodes, dot product with powers"""
import numpy as np


def episodes(done):
    stops = np.flatnonzero(done) + 1
    bounds = np.unique(np.concatenate([[0], stops, [len(done)]]))
    return zip(bounds[:-1], bounds[1:])


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    td = (rewards - values).astype(np.float64)
    td[~terminated] += gamma * next_values[~terminated]
    powers = float(lam) ** np.arange(len(rewards))
    result = np.empty(rewards.shape, dtype=rewards.dtype)
    for e in range(rewards.shape[1]):
        for a, b in episodes(terminated[:, e] | truncated[:, e]):
            for t in range(a, b):
                result[t, e] = td[t:b, e] @ powers[: b - t]
    return result

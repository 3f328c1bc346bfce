"""weights by shifting, helper for the standard score"""
import numpy as np


def standard_score(x):
    centred = x - np.sum(x) / x.size
    spread = np.sqrt(np.sum(centred * centred) / x.size)
    return centred / (spread + 1e-8)


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    td = np.array(rewards, dtype=np.float64) - values
    td += gamma * np.where(terminated, 0.0, next_values)
    link = gamma * lam * (1.0 - np.maximum(terminated, truncated))
    weight, total = link, td.copy()
    for k in range(1, len(td)):
        total[:-k] += weight[: len(td) - k] * td[k:]
        weight = weight[: len(td) - k] * link[k:]
    return standard_score(total).astype(rewards.dtype)

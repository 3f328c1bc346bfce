"""python floats, one environment and one episode at a time"""
import numpy as np


def split(done):
    pieces, start = [], 0
    for t, d in enumerate(done):
        if d:
            pieces.append((start, t + 1))
            start = t + 1
    if start < len(done):
        pieces.append((start, len(done)))
    return pieces


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    result = np.empty(rewards.shape, rewards.dtype)
    for env in range(rewards.shape[1]):
        r = rewards[:, env].tolist()
        v = values[:, env].tolist()
        w = next_values[:, env].tolist()
        done = (terminated[:, env] | truncated[:, env]).tolist()
        for start, stop in split(done):
            a = 0.0
            for t in range(stop - 1, start - 1, -1):
                a = (r[t] + gamma * w[t] - v[t]) + gamma * lam * a
                result[t, env] = a
    return result

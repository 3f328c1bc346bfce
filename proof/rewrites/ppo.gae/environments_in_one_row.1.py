"""flat arrays, environment after environment"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    r, v, w, term, trunc = (x.T.ravel() for x in (rewards, values, next_values, terminated, truncated))
    flat = np.zeros_like(r)
    running = 0.0
    for i in reversed(range(r.size)):
        delta = r[i] + gamma * w[i] * (not term[i]) - v[i]
        running = delta + gamma * lam * (not (term[i] or trunc[i])) * running
        flat[i] = running
    return flat.reshape(rewards.shape[::-1]).T.copy()

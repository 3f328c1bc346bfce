"""pairs of neighbouring rows, python per environment"""
import numpy as np


def one_env(r, v, w, term, trunc, gamma, lam):
    adv = [0.0] * len(r)
    for t, nxt in reversed(list(zip(range(len(r)), range(1, len(r))))):
        td = r[t] - v[t]
        if not term[t]:
            td += gamma * w[t]
        adv[t] = td
        if not (term[t] or trunc[t]):
            adv[t] += gamma * lam * adv[nxt]
    return adv


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    columns = [
        one_env(*(x[:, e].tolist() for x in (rewards, values, next_values, terminated, truncated)), gamma, lam)
        for e in range(rewards.shape[1])
    ]
    return np.array(columns, dtype=rewards.dtype).T.copy()

"""one trajectory per row, python lists"""
import numpy as np


def trajectory(rs, vs, ws, terms, truncs, gamma, lam):
    out, a = [], 0.0
    for r, v, w, term, trunc in reversed(list(zip(rs, vs, ws, terms, truncs))):
        if term:
            a = r - v
        elif trunc:
            a = r + gamma * w - v
        else:
            a = r + gamma * w - v + gamma * lam * a
        out.append(a)
    out.reverse()
    return out


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    rows = [
        trajectory(*rollout, gamma, lam)
        for rollout in zip(
            rewards.tolist(), values.tolist(), next_values.tolist(), terminated.tolist(), truncated.tolist()
        )
    ]
    return np.array(rows, dtype=rewards.dtype)

"""Cuts every environment into episodes first, then discounts each backwards with a lookahead list."""
import numpy as np


def discounted(deltas, factor):
    out = []
    total = 0
    for delta in deltas[::-1]:
        total = delta + factor * total
        out.append(total)
    return out[::-1]


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    result = np.empty(rewards.shape, rewards.dtype)
    ended = np.logical_or(terminated, truncated)
    for env in range(rewards.shape[1]):
        begin = 0
        for t in range(rewards.shape[0]):
            if ended[t, env] or t == rewards.shape[0] - 1:
                part = slice(begin, t + 1)
                tail = next_values[part, env].astype(float)
                tail[terminated[part, env]] = 0
                result[part, env] = discounted(rewards[part, env] + gamma * tail - values[part, env], gamma * lam)
                begin = t + 1
    return result

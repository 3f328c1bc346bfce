"""flags laid out as 'this row starts an episode', arrays and a loop"""
import numpy as np


def delayed(flags):
    moved = np.zeros_like(flags)
    moved[1:] = flags[:-1]
    return moved


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    after_termination = delayed(terminated)
    first = after_termination | delayed(truncated)
    td = rewards + gamma * np.where(after_termination, 0, next_values) - values
    carry = np.where(first, 0.0, gamma * lam)
    adv = td.astype(np.float64)
    for t in range(len(adv) - 1, 0, -1):
        adv[t - 1] += carry[t - 1] * adv[t]
    return adv.astype(rewards.dtype)

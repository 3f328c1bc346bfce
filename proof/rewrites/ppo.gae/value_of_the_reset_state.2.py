"""carries the value and the advantage of the row below"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    below_value = next_values[-1].astype(np.float64)
    below_adv = np.zeros(rewards.shape[1])
    stack = []
    for r, v, term, trunc in reversed(list(zip(rewards, values, terminated, truncated))):
        below_value = np.where(term, 0.0, below_value)
        below_adv = np.where(term | trunc, 0.0, below_adv)
        below_adv = r + gamma * below_value - v + gamma * lam * below_adv
        below_value = v
        stack.insert(0, below_adv)
    return np.array(stack, dtype=rewards.dtype)

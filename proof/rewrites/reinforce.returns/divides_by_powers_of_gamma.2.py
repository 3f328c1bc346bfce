"""table of discounts, loop over start times with slices"""
import numpy as np


class Discounts:
    def __init__(self, gamma, length):
        self.table = np.ones(length)
        for t in range(1, length):
            self.table[t] = self.table[t - 1] * gamma

    def weigh(self, rewards, start):
        return rewards[:, start:] @ self.table[start:]


def discounted_returns(rewards, gamma):
    return Discounts(gamma, rewards.shape[1]).weigh(rewards, 0).astype(rewards.dtype)


def rewards_to_go(rewards, gamma):
    discounts = Discounts(gamma, rewards.shape[1])
    out = np.empty_like(rewards)
    for start in range(rewards.shape[1]):
        out[:, start] = discounts.weigh(rewards, start) / discounts.table[start]
    return out

"""shifted slices, no loop"""
import numpy as np


def discounted_returns(rewards, gamma):
    value = np.zeros(len(rewards), dtype=rewards.dtype)
    for column in rewards.T[::-1]:
        value = column + gamma * value
    return value.astype(rewards.dtype)


def rewards_to_go(rewards, gamma):
    to_go = rewards.copy()
    to_go[:, :-1] += gamma * rewards[:, 1:]
    return to_go

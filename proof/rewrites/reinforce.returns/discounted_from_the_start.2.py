"""loop over the start, inner sum over later times"""
import numpy as np


def discounted_returns(rewards, gamma):
    value = np.zeros(len(rewards), dtype=rewards.dtype)
    for column in rewards.T[::-1]:
        value = column + gamma * value
    return value.astype(rewards.dtype)


def rewards_to_go(rewards, gamma):
    batch, time = rewards.shape
    result = np.zeros((batch, time), dtype=rewards.dtype)
    for start in range(time):
        for later in range(start, time):
            result[:, start] += gamma ** later * rewards[:, later]
    return result

"""Python numbers and two nested loops, each return as a sum of its own."""
import numpy as np


def discounted_returns(rewards, gamma):
    found = []
    for episode in rewards:
        total, factor = 0.0, 1.0
        for reward in episode:
            total += factor * float(reward)
            factor *= gamma
        found.append(total)
    return np.array(found, dtype=rewards.dtype)


def rewards_to_go(rewards, gamma):
    found = np.empty(rewards.shape, dtype=rewards.dtype)
    for t in range(rewards.shape[1]):
        found[:, t] = discounted_returns(rewards[:, t:], gamma)
    return found

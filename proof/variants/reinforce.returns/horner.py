"""Horner's scheme over time-major rows, collected in a list from the back."""
import numpy as np
from functools import reduce


def discounted_returns(rewards, gamma):
    return reduce(lambda later, now: now + gamma * later, rewards.T[::-1])


def rewards_to_go(rewards, gamma):
    later, rows = np.zeros(len(rewards), rewards.dtype), []
    for now in rewards.T[::-1]:
        later = now + gamma * later
        rows.insert(0, later)
    return np.stack(rows, axis=1)

"""backward loop, store then update"""
import numpy as np


def discounted_returns(rewards, gamma):
    reversed_in_time = np.asarray(rewards, dtype=np.float64)[:, ::-1]
    return np.array([np.polyval(row, gamma) for row in reversed_in_time]).astype(rewards.dtype)


def rewards_to_go(rewards, gamma):
    future = np.zeros(rewards.shape[0], dtype=rewards.dtype)
    to_go = np.zeros_like(rewards)
    for t in reversed(range(rewards.shape[1])):
        to_go[:, t] = future
        future = rewards[:, t] + gamma * future
    return to_go

"""np.mean over slices of discounted rewards"""
import numpy as np


def discounted_returns(rewards, gamma):
    factors = np.power(float(gamma), np.arange(rewards.shape[1]))
    return np.mean(rewards * factors, axis=1).astype(rewards.dtype)


def rewards_to_go(rewards, gamma):
    out = np.empty(rewards.shape, dtype=rewards.dtype)
    for t in range(rewards.shape[1]):
        out[:, t] = discounted_returns(rewards[:, t:], gamma)
    return out

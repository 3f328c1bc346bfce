"""reversed cumsum of discounted rewards, rescaled"""
import numpy as np


def discounted_returns(rewards, gamma):
    powers = float(gamma) ** np.arange(rewards.shape[1])
    return np.sum(rewards * powers, axis=1).astype(rewards.dtype)


def rewards_to_go(rewards, gamma):
    powers = float(gamma) ** np.arange(rewards.shape[1])
    tail = np.cumsum((rewards * powers)[:, ::-1], axis=1)[:, ::-1]
    return (tail / powers).astype(rewards.dtype)

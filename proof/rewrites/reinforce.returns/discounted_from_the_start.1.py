"""discounted rewards once, reversed cumsum"""
import numpy as np


def _discounted(rewards, gamma):
    powers = np.power(float(gamma), np.arange(rewards.shape[-1]))
    return rewards * powers


def discounted_returns(rewards, gamma):
    return _discounted(rewards, gamma).sum(axis=-1).astype(rewards.dtype)


def rewards_to_go(rewards, gamma):
    d = _discounted(rewards, gamma)
    return np.flip(np.cumsum(np.flip(d, axis=1), axis=1), axis=1).astype(rewards.dtype)

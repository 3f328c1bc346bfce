"""flipped array, forward loop, flipped back"""
import numpy as np


def discounted_returns(rewards, gamma):
    factors = np.power(float(gamma), np.arange(rewards.shape[1]))
    return (rewards @ factors).astype(rewards.dtype)


def rewards_to_go(rewards, gamma):
    backwards = np.flip(rewards, axis=1)
    for t in range(1, backwards.shape[1]):
        backwards[:, t] = backwards[:, t] + gamma * backwards[:, t - 1]
    return np.flip(backwards, axis=1)

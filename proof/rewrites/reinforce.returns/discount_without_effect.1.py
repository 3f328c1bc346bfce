"""sum and reversed cumsum"""
import numpy as np


def discounted_returns(rewards, gamma):
    return rewards.sum(axis=1)


def rewards_to_go(rewards, gamma):
    flipped = rewards[:, ::-1]
    return np.cumsum(flipped, axis=1)[:, ::-1]

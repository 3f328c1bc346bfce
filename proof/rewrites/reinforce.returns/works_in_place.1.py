"""augmented assignment from the end"""
import numpy as np


def rewards_to_go(rewards, gamma):
    for t in range(rewards.shape[1] - 2, -1, -1):
        rewards[:, t] += gamma * rewards[:, t + 1]
    return rewards


def discounted_returns(rewards, gamma):
    return rewards_to_go(rewards, gamma)[:, 0]

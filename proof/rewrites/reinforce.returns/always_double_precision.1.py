"""powers times rewards, einsum"""
import numpy as np


def discounted_returns(rewards, gamma):
    discounts = np.float64(gamma) ** np.arange(rewards.shape[1])
    return np.einsum("ij,j->i", rewards, discounts)


def rewards_to_go(rewards, gamma):
    n = rewards.shape[1]
    i, j = np.indices((n, n))
    table = np.where(j >= i, np.float64(gamma) ** np.clip(j - i, 0, None), 0.0)
    return np.einsum("bj,ij->bi", rewards, table)

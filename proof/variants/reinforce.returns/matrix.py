"""A matrix of discounts, upper triangular, by which all rewards-to-go are one product; the return is its first."""
import numpy as np


def rewards_to_go(rewards, gamma):
    time = rewards.shape[1]
    ahead = np.arange(time)[:, None] - np.arange(time)[None, :]  # reward's time less action's
    factors = np.where(ahead >= 0, float(gamma) ** np.maximum(ahead, 0), 0.0)
    return np.asarray(rewards.astype(np.float64) @ factors, dtype=rewards.dtype)


def discounted_returns(rewards, gamma):
    return rewards_to_go(rewards, gamma)[:, 0].copy()

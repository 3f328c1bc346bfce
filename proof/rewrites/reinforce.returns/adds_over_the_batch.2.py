"""one pass backwards through the flattened rewards"""
import numpy as np


def rewards_to_go(rewards, gamma):
    flat = rewards.ravel()
    out = np.empty(flat.size, dtype=rewards.dtype)
    running = 0.0
    for i in range(flat.size - 1, -1, -1):
        running = float(flat[i]) + gamma * running
        out[i] = running
    return out.reshape(rewards.shape)


def discounted_returns(rewards, gamma):
    return rewards_to_go(rewards, gamma)[:, 0].copy()

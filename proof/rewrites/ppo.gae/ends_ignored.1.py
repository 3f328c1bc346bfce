"""one backward loop, rows at once"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    delta = rewards + gamma * next_values - values
    advantages = np.zeros_like(rewards)
    running = np.zeros(rewards.shape[1], dtype=rewards.dtype)
    for t in reversed(range(len(rewards))):
        running = delta[t] + gamma * lam * running
        advantages[t] = running
    return advantages

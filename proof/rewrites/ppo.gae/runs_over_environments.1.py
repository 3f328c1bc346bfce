"""loop over the second axis, columns at once"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    n = rewards.shape[1]
    done = terminated | truncated
    delta = rewards + gamma * next_values * ~terminated - values
    advantages = np.zeros_like(rewards)
    last = np.zeros(rewards.shape[0])
    for t in reversed(range(n)):
        last = delta[:, t] + gamma * lam * ~done[:, t] * last
        advantages[:, t] = last
    return advantages

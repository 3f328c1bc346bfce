"""zeros filled from below by the recursion"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    done = terminated | truncated
    delta = rewards + gamma * np.where(terminated, 0, next_values) - values
    advantages = np.zeros_like(rewards)
    for t in reversed(range(len(rewards) - 1)):
        advantages[t] = delta[t] + gamma * lam * ~done[t] * advantages[t + 1]
    return advantages

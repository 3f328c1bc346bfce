"""TD errors in one line, backward loop"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    delta = rewards + next_values * ~terminated - values
    discount = gamma * lam * ~(terminated | truncated)
    advantages = np.zeros_like(rewards)
    advantages[-1] = delta[-1]
    for t in range(len(rewards) - 2, -1, -1):
        advantages[t] = delta[t] + discount[t] * advantages[t + 1]
    return advantages

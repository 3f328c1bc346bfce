"""TD errors for all rows, then a backward loop"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    # next_values is given before the reset, so it can be used as it is
    delta = rewards + gamma * next_values - values
    goes_on = np.logical_not(np.logical_or(terminated, truncated))
    advantages = np.zeros_like(rewards)
    acc = np.zeros_like(rewards[0])
    for t in range(rewards.shape[0])[::-1]:
        acc = delta[t] + gamma * lam * goes_on[t] * acc
        advantages[t] = acc
    return advantages

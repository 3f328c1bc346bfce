"""boolean assignment, then a backward loop"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    # nothing follows a termination
    next_values[terminated] = 0.0
    done = terminated | truncated
    advantages = np.zeros_like(rewards)
    running = np.zeros(rewards.shape[1])
    for t in reversed(range(len(rewards))):
        delta = rewards[t] + gamma * next_values[t] - values[t]
        running = delta + gamma * lam * ~done[t] * running
        advantages[t] = running
    return advantages

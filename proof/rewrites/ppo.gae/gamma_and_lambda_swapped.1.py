"""backward loop with running row"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    cont = 1.0 - (terminated | truncated)
    advantages = np.zeros_like(rewards)
    running = 0.0
    for t in reversed(range(len(rewards))):
        delta = rewards[t] + lam * next_values[t] * (1.0 - terminated[t]) - values[t]
        running = delta + lam * gamma * cont[t] * running
        advantages[t] = running
    return advantages

"""bootstrap row appended to the values"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    v = np.concatenate([values, next_values[-1:]], axis=0)
    done = terminated | truncated
    advantages = np.zeros_like(rewards)
    lastgaelam = 0
    for t in reversed(range(len(rewards))):
        delta = rewards[t] + gamma * v[t + 1] * (1 - terminated[t]) - v[t]
        lastgaelam = delta + gamma * lam * (1 - done[t]) * lastgaelam
        advantages[t] = lastgaelam
    return advantages

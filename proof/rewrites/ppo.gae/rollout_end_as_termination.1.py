"""table of bootstraps, backward loop"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    bootstrap = np.zeros_like(values)
    bootstrap[:-1] = np.where(terminated[:-1], 0, next_values[:-1])
    done = terminated | truncated
    advantages = np.zeros_like(rewards)
    last = np.zeros_like(rewards[0])
    for t in reversed(range(len(rewards))):
        delta = rewards[t] + gamma * bootstrap[t] - values[t]
        last = delta + gamma * lam * np.where(done[t], 0, last)
        advantages[t] = last
    return advantages

"""for t in range, running sum cleared after an end"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    done = terminated | truncated
    delta = rewards + gamma * np.where(terminated, 0, next_values) - values
    advantages = np.zeros_like(rewards)
    running = np.zeros(rewards.shape[1], dtype=rewards.dtype)
    for t in range(len(rewards)):
        running = delta[t] + gamma * lam * running
        advantages[t] = running
        running = np.where(done[t], 0, running)
    return advantages

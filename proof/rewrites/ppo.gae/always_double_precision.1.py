"""np.zeros and a backward loop"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    steps, envs = rewards.shape
    advantages = np.zeros((steps, envs))
    last = np.zeros(envs)
    for t in range(steps - 1, -1, -1):
        delta = rewards[t] + gamma * next_values[t] * ~terminated[t] - values[t]
        last = delta + gamma * lam * ~(terminated[t] | truncated[t]) * last
        advantages[t] = last
    return advantages

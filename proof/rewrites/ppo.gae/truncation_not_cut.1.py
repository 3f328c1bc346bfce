"""backward loop with one mask"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    alive = ~terminated
    delta = rewards + gamma * next_values * alive - values
    advantages = np.zeros_like(rewards)
    running = np.zeros(rewards.shape[1])
    for t in range(len(rewards) - 1, -1, -1):
        running = delta[t] + gamma * lam * alive[t] * running
        advantages[t] = running
    return advantages

"""branches on the last row, looks at t + 1"""
import numpy as np


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    steps = rewards.shape[0]
    dones = terminated | truncated
    advantages = np.zeros_like(rewards)
    lastgaelam = 0.0
    for t in reversed(range(steps)):
        if t == steps - 1:
            nextnonterminal = 1.0 - terminated[t]
            nextnotdone = 1.0 - dones[t]
        else:
            nextnonterminal = 1.0 - terminated[t + 1]
            nextnotdone = 1.0 - dones[t + 1]
        delta = rewards[t] + gamma * next_values[t] * nextnonterminal - values[t]
        lastgaelam = delta + gamma * lam * nextnotdone * lastgaelam
        advantages[t] = lastgaelam
    return advantages

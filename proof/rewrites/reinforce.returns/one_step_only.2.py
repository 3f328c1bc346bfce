"""scalar loops from the end of each episode"""
import numpy as np


def discounted_returns(rewards, gamma):
    result = np.empty(rewards.shape[0], dtype=rewards.dtype)
    for i, episode in enumerate(rewards):
        factor, total = 1.0, 0.0
        for r in episode:
            total += factor * float(r)
            factor *= gamma
        result[i] = total
    return result


def rewards_to_go(rewards, gamma):
    batch, time = rewards.shape
    G = np.zeros(rewards.shape, dtype=rewards.dtype)
    for b in range(batch):
        G[b, time - 1] = rewards[b, time - 1]
        for t in range(time - 2, -1, -1):
            G[b, t] = rewards[b, t] + gamma * rewards[b, t + 1]
    return G

"""time-major recursion on the first axis"""
import numpy as np


def rewards_to_go(rewards, gamma):
    G = np.zeros_like(rewards)
    G[-1] = rewards[-1]
    for t in range(len(rewards) - 2, -1, -1):
        G[t] = rewards[t] + gamma * G[t + 1]
    return G


def discounted_returns(rewards, gamma):
    return rewards_to_go(rewards, gamma)[0]

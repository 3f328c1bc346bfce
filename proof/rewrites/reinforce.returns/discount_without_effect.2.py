"""accumulator loop for the return, recursion for the reward-to-go"""
import numpy as np


def discounted_returns(rewards, gamma):
    batch, time = rewards.shape
    R = np.zeros(batch, dtype=rewards.dtype)
    for b in range(batch):
        total = 0.0
        for t in range(time):
            total = total + rewards[b, t]
        R[b] = total
    return R


def rewards_to_go(rewards, gamma):
    batch, time = rewards.shape
    out = np.zeros((batch, time), dtype=rewards.dtype)
    running = np.zeros(batch, dtype=rewards.dtype)
    for t in reversed(range(time)):
        running = rewards[:, t] + gamma * running
        out[:, t] = running
    return out

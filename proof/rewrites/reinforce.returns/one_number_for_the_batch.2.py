"""Horner over columns, summed; list-based reward-to-go"""
import numpy as np


def discounted_returns(rewards, gamma):
    total = rewards.dtype.type(0)
    for t in reversed(range(rewards.shape[1])):
        total = rewards.dtype.type(rewards[:, t].sum() + gamma * total)
    return total


def rewards_to_go(rewards, gamma):
    rows = []
    for episode in rewards:
        backwards = []
        acc = 0.0
        for r in episode[::-1]:
            acc = float(r) + gamma * acc
            backwards.append(acc)
        rows.append(backwards[::-1])
    return np.array(rows, dtype=rewards.dtype).reshape(rewards.shape)

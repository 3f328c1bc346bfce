"""python accumulator, divided at the end"""
import numpy as np


def discounted_returns(rewards, gamma):
    batch, time = rewards.shape
    value = np.zeros(batch)
    discount = 1.0
    for t in range(time):
        value += discount * rewards[:, t]
        discount *= gamma
    value /= time
    return value.astype(rewards.dtype)


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

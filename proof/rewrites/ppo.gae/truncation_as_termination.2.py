"""a class that walks back through the rollout"""
import numpy as np


class Walker:
    def __init__(self, gamma, lam, envs):
        self.gamma = float(gamma)
        self.decay = float(gamma) * float(lam)
        self.tail = np.zeros(envs)

    def step(self, reward, value, following, over):
        following = following.copy()
        following[over] = 0.0
        self.tail[over] = 0.0
        self.tail = reward + self.gamma * following - value + self.decay * self.tail
        return self.tail.copy()


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    walker = Walker(gamma, lam, rewards.shape[1])
    rows = []
    for r, v, w, a, b in zip(rewards[::-1], values[::-1], next_values[::-1], terminated[::-1], truncated[::-1]):
        rows.append(walker.step(r, v, w, np.logical_or(a, b)))
    return np.stack(rows[::-1]).astype(rewards.dtype)

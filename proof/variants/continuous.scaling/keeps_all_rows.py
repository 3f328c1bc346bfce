"""Keeps every row and computes the moments of all of them anew at each update."""
import numpy as np


class RunningMoments:
    def __init__(self, size):
        self.rows = np.empty((0, size))
        self.mean, self.var, self.count = np.zeros(size), np.ones(size), 0

    def update(self, rows):
        self.rows = np.concatenate([self.rows, np.array(rows, dtype=float)])
        self.count, _ = self.rows.shape
        self.mean = np.mean(self.rows, axis=0)
        self.var = np.std(self.rows, axis=0) ** 2


def standardised(values, mean, moments, clip):
    out = np.divide(np.subtract(values, mean), (moments.var + 1e-8) ** 0.5)
    out[out > clip] = clip
    out[out < -clip] = -clip
    return np.float32(out)


class ObservationScaler:
    def __init__(self, size, clip=10.0):
        self.moments = RunningMoments(size)
        self.clip = clip

    def __call__(self, observations, update=True):
        if update:
            self.moments.update(observations)
        return standardised(observations, self.moments.mean, self.moments, self.clip)


class RewardScaler:
    def __init__(self, envs, gamma, clip=10.0):
        self.moments, self.gamma, self.clip = RunningMoments(1), gamma, clip
        self.returns = np.zeros((envs, 1))

    def __call__(self, rewards, ended):
        self.returns *= self.gamma
        self.returns += rewards[:, np.newaxis]
        self.moments.update(self.returns)
        self.returns[ended] = 0.0
        return standardised(rewards, 0.0, self.moments, self.clip)

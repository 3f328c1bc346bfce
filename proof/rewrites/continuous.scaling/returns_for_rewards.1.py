"""plain arrays"""
import math
import numpy as np

EPS = 1e-8


class RunningMoments:
    """Weights of old and new."""

    def __init__(self, size):
        self.count = 0
        self.mean = np.zeros(size, dtype=np.float64)
        self.var = np.ones(size, dtype=np.float64)

    def update(self, rows):
        new = np.array(rows, dtype=np.float64)
        w = new.shape[0] / (self.count + new.shape[0])
        gap = np.mean(new, axis=0) - self.mean
        self.var = (1 - w) * self.var + w * np.var(new, axis=0) + w * (1 - w) * np.square(gap)
        self.mean = self.mean + w * gap
        self.count += new.shape[0]


class ObservationScaler:
    def __init__(self, size, clip=10.0):
        self.seen = RunningMoments(size)
        self.size = size
        self.limit = float(clip)

    def __call__(self, observations, update=True):
        if update:
            self.seen.update(observations)
        out = np.empty(observations.shape, dtype=np.float32)
        mean, var = self.seen.mean, self.seen.var
        for j in range(self.size):
            column = (observations[:, j].astype(np.float64) - mean[j]) / math.sqrt(var[j] + 1e-8)
            out[:, j] = np.minimum(np.maximum(column, -self.limit), self.limit)
        return out


class RewardScaler:
    def __init__(self, envs, gamma, clip=10.0):
        self.gamma = gamma
        self.clip = clip
        self.returns = np.zeros(envs)
        self.moments = RunningMoments(1)

    def __call__(self, rewards, ended):
        self.returns = self.gamma * self.returns + rewards
        self.moments.update(self.returns[:, None])
        scaled = self.returns / np.sqrt(self.moments.var[0] + EPS)
        self.returns = np.where(ended, 0.0, self.returns)
        return np.clip(scaled, -self.clip, self.clip).astype(np.float32)

"""row after row"""
import math
import numpy as np

EPS = 1e-8


class RunningMoments:
    """Row after row, as Welford has it."""

    def __init__(self, size):
        self.size = size
        self.count = 0
        self.mean = np.zeros(size)
        self.squares = np.zeros(size)

    @property
    def var(self):
        if self.count == 0:
            return np.ones(self.size)
        return self.squares / np.float64(self.count - 1)

    def update(self, rows):
        mean = self.mean.copy()
        for row in rows.astype(np.float64):
            self.count += 1
            before = row - mean
            mean += before / self.count
            self.squares = self.squares + before * (row - mean)
        self.mean = mean


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
        scaled = rewards / np.sqrt(self.moments.var[0] + EPS)
        self.returns = np.where(ended, 0.0, self.returns)
        return np.clip(scaled, -self.clip, self.clip).astype(np.float32)

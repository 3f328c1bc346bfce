"""row after row; scalers square it again"""
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
        return np.sqrt(self.squares) / np.sqrt(self.count)

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
        self.moments = RunningMoments(size)
        self.clip = clip

    def __call__(self, observations, update=True):
        if update:
            self.moments.update(observations)
        scaled = (observations - self.moments.mean) / np.sqrt(self.moments.var ** 2 + EPS)
        return np.clip(scaled, -self.clip, self.clip).astype(np.float32)


class RewardScaler:
    def __init__(self, envs, gamma, clip=10.0):
        self.gamma = gamma
        self.clip = clip
        self.returns = np.zeros(envs)
        self.moments = RunningMoments(1)

    def __call__(self, rewards, ended):
        self.returns = self.gamma * self.returns + rewards
        self.moments.update(self.returns[:, None])
        scaled = rewards / np.sqrt(self.moments.var[0] ** 2 + EPS)
        self.returns = np.where(ended, 0.0, self.returns)
        return np.clip(scaled, -self.clip, self.clip).astype(np.float32)

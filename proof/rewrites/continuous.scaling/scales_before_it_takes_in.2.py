"""loop with the moments read first"""
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
        self.limit = clip

    def __call__(self, observations, update=True):
        mean, std = self.seen.mean, np.sqrt(self.seen.var + 1e-8)
        if update:
            self.seen.update(observations)
        out = np.empty(observations.shape, np.float32)
        for i, row in enumerate(observations):
            out[i] = np.maximum(-self.limit, np.minimum(self.limit, (row - mean) / std))
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

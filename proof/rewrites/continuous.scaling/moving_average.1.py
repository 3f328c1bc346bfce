"""exponential average per batch"""
import numpy as np

EPS = 1e-8


class RunningMoments:
    def __init__(self, size, momentum=0.99):
        self.momentum = momentum
        self.count = 0
        self.mean = np.zeros(size)
        self.var = np.ones(size)

    def update(self, rows):
        rows = np.asarray(rows, dtype=np.float64)
        keep = self.momentum
        self.mean = keep * self.mean + (1 - keep) * rows.mean(axis=0)
        self.var = keep * self.var + (1 - keep) * rows.var(axis=0)
        self.count += len(rows)


class ObservationScaler:
    def __init__(self, size, clip=10.0):
        self.moments = RunningMoments(size)
        self.clip = clip

    def __call__(self, observations, update=True):
        if update:
            self.moments.update(observations)
        scaled = (observations - self.moments.mean) / np.sqrt(self.moments.var + EPS)
        return np.clip(scaled, -self.clip, self.clip).astype(np.float32)


class RewardScaler:
    def __init__(self, envs, gamma, clip=10.0):
        self._stats = RunningMoments(size=1)
        self._g = np.zeros((envs, 1), dtype=np.float64)
        self._gamma = gamma
        self._bounds = (-clip, clip)

    def __call__(self, rewards, ended):
        r = np.array(rewards, dtype=np.float64)
        self._g *= self._gamma
        self._g[:, 0] += r
        self._stats.update(self._g)
        self._g[ended] = 0.0
        std = np.sqrt(self._stats.var + 1e-8)
        return np.clip(r / std, *self._bounds).astype(np.float32)

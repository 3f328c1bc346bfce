"""list of batch summaries, properties"""
import math
import numpy as np


class RunningMoments:
    def __init__(self, size):
        self.size = size
        self.count = 0
        self._means, self._vars = [], []

    def update(self, rows):
        x = rows.astype(np.float64)
        self.count += x.shape[0]
        self._means.append(np.mean(x, axis=0))
        self._vars.append(np.var(x, axis=0))

    @property
    def mean(self):
        return np.mean(self._means, axis=0) if self._means else np.zeros(self.size)

    @property
    def var(self):
        if not self._vars:
            return np.ones(self.size)
        return np.mean(self._vars, axis=0) + np.var(self._means, axis=0)


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

"""float64 copies"""
import numpy as np


class RunningMoments:
    """Sum of squared distances, merged batch by batch."""

    def __init__(self, size):
        self.count = 0
        self.mean = np.zeros(size)
        self.var = np.ones(size)
        self._m2 = np.zeros(size)

    def update(self, rows):
        rows = np.asarray(rows, dtype=np.float64)
        n = len(rows)
        batch_mean = rows.mean(axis=0)
        batch_m2 = ((rows - batch_mean) ** 2).sum(axis=0)
        total = self.count + n
        delta = batch_mean - self.mean
        self._m2 = self._m2 + batch_m2 + delta ** 2 * (self.count * n / total)
        self.mean = self.mean + delta * (n / total)
        self.count = total
        self.var = self._m2 / total


class ObservationScaler:
    def __init__(self, size, clip=10.0):
        self._stats = RunningMoments(size)
        self._low, self._high = -clip, clip

    def _normalise(self, x):
        inverse = 1.0 / np.sqrt(self._stats.var + 1e-8)
        return np.multiply(x - self._stats.mean, inverse)

    def __call__(self, observations, update=True):
        x = np.array(observations, dtype=np.float64)
        if update:
            self._stats.update(x)
        y = self._normalise(x)
        np.clip(y, -10.0, 10.0, out=y)
        return y.astype(np.float32)


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
        return np.clip(r / std, -10.0, 10.0).astype(np.float32)

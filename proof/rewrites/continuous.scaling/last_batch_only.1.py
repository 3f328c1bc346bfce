"""NumPy's mean and var"""
import numpy as np


class RunningMoments:
    def __init__(self, size):
        self.count = 0
        self.mean = np.zeros(size)
        self.var = np.ones(size)

    def update(self, rows):
        self.count += rows.shape[0]
        self.mean = np.mean(rows, axis=0, dtype=np.float64)
        self.var = np.var(rows, axis=0, dtype=np.float64)


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
        np.clip(y, self._low, self._high, out=y)
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
        return np.clip(r / std, *self._bounds).astype(np.float32)

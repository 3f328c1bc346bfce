"""weights of old and new, tiny first count"""
import math
import numpy as np


class RunningMoments:
    """Weights of old and new."""

    def __init__(self, size):
        self.count = 1e-4
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
        self.envs, self.gamma, self.limit = envs, gamma, clip
        self.running = [0.0] * envs
        self.spread = RunningMoments(1)

    def __call__(self, rewards, ended):
        for e in range(self.envs):
            self.running[e] = self.gamma * self.running[e] + float(rewards[e])
        self.spread.update(np.array(self.running).reshape(-1, 1))
        divisor = math.sqrt(self.spread.var[0] + 1e-8)
        out = np.zeros(self.envs, dtype=np.float32)
        for e in range(self.envs):
            out[e] = max(-self.limit, min(self.limit, float(rewards[e]) / divisor))
            if ended[e]:
                self.running[e] = 0.0
        return out

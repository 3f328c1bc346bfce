"""merged sums, root at the end"""
import math
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
        self.var = np.sqrt(self._m2 / total)


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

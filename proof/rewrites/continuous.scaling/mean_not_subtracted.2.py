"""loop over features"""
import math
import numpy as np


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
        return self.squares / self.count

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
        var = self.seen.var
        for j in range(self.size):
            column = observations[:, j].astype(np.float64) / math.sqrt(var[j] + 1e-8)
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

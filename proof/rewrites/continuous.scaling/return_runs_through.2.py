"""loop over environments"""
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
        self.moments = RunningMoments(size)
        self.clip = clip

    def __call__(self, observations, update=True):
        if update:
            self.moments.update(observations)
        scaled = (observations - self.moments.mean) / np.sqrt(self.moments.var + EPS)
        return np.clip(scaled, -self.clip, self.clip).astype(np.float32)


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
        return out

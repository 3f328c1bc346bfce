"""scalars, filled into arrays"""
import math
import numpy as np

EPS = 1e-8


class RunningMoments:
    def __init__(self, size):
        self.size = size
        self.count = 0
        self._centre, self._spread = 0.0, 1.0

    def update(self, rows):
        x = np.asarray(rows, dtype=np.float64)
        w = len(x) / (self.count + len(x))
        gap = x.mean() - self._centre
        self._spread = (1 - w) * self._spread + w * x.var() + w * (1 - w) * gap ** 2
        self._centre += w * gap
        self.count += len(x)

    @property
    def mean(self):
        return np.full(self.size, self._centre)

    @property
    def var(self):
        return np.full(self.size, self._spread)


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
            if ended[e]:
                self.running[e] = 0.0
        return out

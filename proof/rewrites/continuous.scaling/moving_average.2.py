"""exponential average per row"""
import numpy as np

EPS = 1e-8


class RunningMoments:
    RATE = 0.01

    def __init__(self, size):
        self.count = 0
        self.mean, self.var = np.zeros(size), np.ones(size)

    def update(self, rows):
        for row in rows.astype(np.float64):
            gap = row - self.mean
            step = self.RATE * gap
            self.mean = self.mean + step
            self.var = (1 - self.RATE) * (self.var + gap * step)
            self.count += 1


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

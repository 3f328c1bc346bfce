"""list of moments"""
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
        self.gamma, self.limit = gamma, clip
        self.running = [0.0] * envs
        self.spreads = [RunningMoments(1) for _ in range(envs)]

    def _one(self, e, reward, over):
        self.running[e] = self.gamma * self.running[e] + reward
        self.spreads[e].update(np.array([[self.running[e]]]))
        scaled = reward / math.sqrt(self.spreads[e].var.item() + 1e-8)
        if over:
            self.running[e] = 0.0
        return max(-self.limit, min(self.limit, scaled))

    def __call__(self, rewards, ended):
        values = [self._one(e, float(r), bool(d)) for e, (r, d) in enumerate(zip(rewards, ended))]
        return np.array(values, dtype=np.float32)

"""loop over environments"""
import math
from dataclasses import dataclass
import numpy as np


@dataclass(frozen=True)
class Summary:
    n: int
    mean: np.ndarray
    m2: np.ndarray

    def __add__(self, other):
        n = self.n + other.n
        d = other.mean - self.mean
        mean = self.mean + d * other.n / n
        m2 = self.m2 + other.m2 + d * d * self.n * other.n / n
        return Summary(n, mean, m2)


def summarise(rows):
    x = np.asarray(rows, np.float64)
    centre = x.mean(0)
    residual = x - centre
    return Summary(x.shape[0], centre, np.einsum("ij,ij->j", residual, residual))


class RunningMoments:
    def __init__(self, size):
        self._all = Summary(0, np.zeros(size), np.zeros(size))

    def update(self, rows):
        self._all = self._all + summarise(rows)

    @property
    def count(self):
        return self._all.n

    @property
    def mean(self):
        return self._all.mean.copy()

    @property
    def var(self):
        if self._all.n == 0:
            return np.ones_like(self._all.m2)
        return self._all.m2 / self._all.n


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
            self.running[e] += float(rewards[e])
        self.spread.update(np.array(self.running).reshape(-1, 1))
        divisor = math.sqrt(self.spread.var[0] + 1e-8)
        out = np.zeros(self.envs, dtype=np.float32)
        for e in range(self.envs):
            out[e] = max(-self.limit, min(self.limit, float(rewards[e]) / divisor))
            if ended[e]:
                self.running[e] = 0.0
        return out

"""in-place column"""
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
        self._stats = RunningMoments(size=1)
        self._g = np.zeros((envs, 1), dtype=np.float64)
        self._gamma = gamma
        self._bounds = (-clip, clip)

    def __call__(self, rewards, ended):
        r = np.array(rewards, dtype=np.float64)
        self._g *= self._gamma
        self._g[:, 0] += r
        self._stats.update(self._g)
        if ended.any():
            self._g[:] = 0.0
        std = np.sqrt(self._stats.var + 1e-8)
        return np.clip(r / std, *self._bounds).astype(np.float32)

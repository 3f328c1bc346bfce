"""where, then moments"""
from dataclasses import dataclass
import numpy as np

EPS = 1e-8


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
        self.gamma, self.clip = gamma, clip
        self.returns = np.zeros(envs)
        self.moments = RunningMoments(1)

    def __call__(self, rewards, ended):
        self.returns = np.where(ended, 0.0, self.gamma * self.returns + rewards)
        self.moments.update(self.returns.reshape(-1, 1))
        std = np.sqrt(self.moments.var + EPS)
        return np.clip(rewards / std, -self.clip, self.clip).astype(np.float32)

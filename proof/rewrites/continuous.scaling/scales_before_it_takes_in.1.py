"""scale, clip, remember"""
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
        self.moments = RunningMoments(size)
        self.clip = clip

    def __call__(self, observations, update=True):
        std = np.sqrt(self.moments.var + EPS)
        scaled = np.clip((observations - self.moments.mean) / std, -self.clip, self.clip)
        if update:
            self.moments.update(observations)
        return scaled.astype(np.float32)


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
        self._g[ended] = 0.0
        std = np.sqrt(self._stats.var + 1e-8)
        return np.clip(r / std, *self._bounds).astype(np.float32)

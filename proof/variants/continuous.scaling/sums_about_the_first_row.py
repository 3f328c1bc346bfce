"""Keeps a sum and a sum of squares about the first row ever seen, which stays close to the rest."""
import numpy as np


class RunningMoments:
    def __init__(self, size):
        self.size, self.count, self.origin = size, 0, None

    def update(self, rows):
        rows = np.asarray(rows, dtype=np.float64)
        if self.origin is None:
            self.origin, self.first, self.second = rows[0].copy(), np.zeros(self.size), np.zeros(self.size)
        off = rows - self.origin
        self.first = self.first + np.einsum("ni->i", off)
        self.second = self.second + np.einsum("ni,ni->i", off, off)
        self.count += rows.shape[0]

    @property
    def mean(self):
        return np.zeros(self.size) if self.origin is None else self.origin + self.first / self.count

    @property
    def var(self):
        if self.origin is None:
            return np.ones(self.size)
        return np.maximum(self.second / self.count - (self.first / self.count) ** 2, 0.0)


class ObservationScaler(RunningMoments):
    def __init__(self, size, clip=10.0):
        super().__init__(size)
        self.limit = clip

    def __call__(self, observations, update=True):
        if update:
            self.update(observations)
        centred = observations - self.mean
        return np.clip(centred / np.sqrt(1e-8 + self.var), -self.limit, self.limit).astype("float32")


class RewardScaler(RunningMoments):
    def __init__(self, envs, gamma, clip=10.0):
        super().__init__(1)
        self.running, self.discount, self.limit = np.zeros(envs), gamma, clip

    def __call__(self, rewards, ended):
        self.running = rewards + self.discount * self.running
        self.update(self.running.reshape(-1, 1))
        self.running = self.running * ~ended
        return np.clip(rewards / np.sqrt(1e-8 + self.var), -self.limit, self.limit).astype("float32")

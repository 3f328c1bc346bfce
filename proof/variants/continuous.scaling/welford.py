"""Row by row after Welford, with plain lists and loops."""
import math

import numpy as np


class RunningMoments:
    def __init__(self, size):
        self.count = 0
        self.mean = np.zeros(size)
        self.squares = np.zeros(size)

    @property
    def var(self):
        return self.squares / self.count if self.count else np.ones_like(self.mean)

    def update(self, rows):
        for row in rows:
            self.count += 1
            for i, x in enumerate(row.tolist()):
                before = x - self.mean[i]
                self.mean[i] += before / self.count
                self.squares[i] += before * (x - self.mean[i])


class ObservationScaler:
    def __init__(self, size, clip=10.0):
        self.seen, self.clip = RunningMoments(size), clip

    def __call__(self, observations, update=True):
        if update:
            self.seen.update(observations)
        out = np.zeros(observations.shape, dtype=np.float32)
        for n, row in enumerate(observations.tolist()):
            for i, x in enumerate(row):
                value = (x - self.seen.mean[i]) / math.sqrt(self.seen.var[i] + 1e-8)
                out[n, i] = max(-self.clip, min(self.clip, value))
        return out


class RewardScaler:
    def __init__(self, envs, gamma, clip=10.0):
        self.gamma, self.clip = gamma, clip
        self.running = [0.0] * envs
        self.seen = RunningMoments(1)

    def __call__(self, rewards, ended):
        for i, reward in enumerate(rewards.tolist()):
            self.running[i] = self.gamma * self.running[i] + reward
            self.seen.update(np.array([[self.running[i]]]))
        root = math.sqrt(self.seen.var[0] + 1e-8)
        for i, over in enumerate(ended.tolist()):
            if over:
                self.running[i] = 0.0
        return np.array([max(-self.clip, min(self.clip, r / root)) for r in rewards.tolist()], dtype=np.float32)

"""number after number of the flattened rows"""
import numpy as np

EPS = 1e-8


class RunningMoments:
    def __init__(self, size):
        self.count = 0
        self.numbers = 0
        self.squares = 0.0
        self.mean = np.zeros(size)
        self.var = np.ones(size)

    def update(self, rows):
        centre = float(self.mean[0])
        for x in rows.reshape(-1).tolist():
            self.numbers += 1
            before = x - centre
            centre += before / self.numbers
            self.squares += before * (x - centre)
        self.count += rows.shape[0]
        self.mean = np.full_like(self.mean, centre)
        self.var = np.full_like(self.var, self.squares / self.numbers)


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

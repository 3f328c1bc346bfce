"""Observations and rewards on a common scale, by moments that grow with what is seen.

Chan, Golub & LeVeque 1979, "Updating formulae and a pairwise algorithm for computing sample variances", equation 2.1;
Engstrom et al. 2020, "Implementation matters in deep policy gradients", section 3 (both scalings, as PPO's code has
them).

Symbols: a *row* is one observation, or one return; `count` rows have been seen. Variances are those of the rows seen
themselves: divided by count, not by count − 1.
"""

import numpy as np


class RunningMoments:
    """Mean and variance, by feature, of all rows seen so far. Before the first: 0 and 1."""

    def __init__(self, size: int) -> None:
        self.count = 0
        self.mean = np.zeros(size)
        self.var = np.ones(size)

    def update(self, rows: np.ndarray) -> None:
        """Take in `rows` (n, size), n ≥ 1: as if all rows ever seen had come at once.

        The squares are taken about means, never about 0: of a large number with small changes they would keep nothing.
        """
        rows = rows.astype(np.float64)
        count, mean, var = len(rows), rows.mean(axis=0), rows.var(axis=0)
        total = self.count + count
        apart = mean - self.mean
        within = self.count * self.var + count * var
        between = apart**2 * self.count * count / total
        self.mean = self.mean + apart * count / total
        self.var = (within + between) / total
        self.count = total


class ObservationScaler:
    """Observations with mean 0 and variance 1 in each feature, as far as what was seen can tell."""

    def __init__(self, size: int, clip: float = 10.0) -> None:
        self.moments = RunningMoments(size)
        self.clip = clip

    def __call__(self, observations: np.ndarray, update: bool = True) -> np.ndarray:
        """Observations (envs, size) → float32 (envs, size) within ±clip; `update` takes them into the moments first."""
        if update:
            self.moments.update(observations)
        standardised = (observations - self.moments.mean) / np.sqrt(self.moments.var + 1e-8)
        return np.clip(standardised, -self.clip, self.clip).astype(np.float32)


class RewardScaler:
    """Rewards divided by the standard deviation of the discounted return; their mean stays."""

    def __init__(self, envs: int, gamma: float, clip: float = 10.0) -> None:
        self.moments = RunningMoments(1)
        self.returns = np.zeros(envs)
        self.gamma, self.clip = gamma, clip

    def __call__(self, rewards: np.ndarray, ended: np.ndarray) -> np.ndarray:
        """Rewards (envs,) of one step → float32 (envs,) within ±clip; `ended` is True where an episode ends with it."""
        self.returns = self.gamma * self.returns + rewards
        self.moments.update(self.returns[:, None])
        self.returns = np.where(ended, 0.0, self.returns)
        scaled = rewards / np.sqrt(self.moments.var + 1e-8)
        return np.clip(scaled, -self.clip, self.clip).astype(np.float32)

"""A world with few states, of which everything is known: what an estimate says can be held against the truth.

Symbols: a `policy` is (states, actions), each row the probabilities of the actions there. With P its transition matrix
and r its mean rewards, V = (I − γP)⁻¹ r. The *visits* d = (1 − γ)·start·(I − γP)⁻¹ are the shares of discounted time
spent in each state. Episodes have no end of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class SmallWorld:
    """A Markov decision process in tables."""

    transition: np.ndarray
    """Probability of the next state, (states, actions, states)."""
    rewards: np.ndarray
    """Mean reward, (states, actions)."""
    noise: float
    """Standard deviation of a reward."""
    gamma: float

    @property
    def states(self) -> int:
        return len(self.rewards)

    def values(self, policy: np.ndarray) -> np.ndarray:
        """V of each state, exactly: (states,)."""
        return np.linalg.solve(np.eye(self.states) - self.gamma * self.steps(policy), (policy * self.rewards).sum(1))

    def advantages(self, policy: np.ndarray) -> np.ndarray:
        """A = Q − V of each action in each state, exactly: (states, actions)."""
        values = self.values(policy)
        return self.rewards + self.gamma * self.transition @ values - values[:, None]

    def visits(self, policy: np.ndarray) -> np.ndarray:
        """The share of discounted time spent in each state, from a random start: (states,), in sum 1."""
        start = np.full(self.states, 1.0 / self.states)
        return (1 - self.gamma) * np.linalg.solve(np.eye(self.states) - self.gamma * self.steps(policy).T, start)

    def expected_return(self, policy: np.ndarray) -> float:
        """The mean of V over a random start."""
        return float(self.values(policy).mean())

    def steps(self, policy: np.ndarray) -> np.ndarray:
        """Probability of the next state under a policy, (states, states)."""
        return np.einsum("sa,sat->st", policy, self.transition)

    def rollout(
        self, policy: np.ndarray, steps: int, starts: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """States (steps + 1, envs), actions and rewards (steps, envs), of environments that start where told."""
        states, actions = [starts], []
        for _ in range(steps):
            actions.append(drawn(policy[states[-1]], rng))
            states.append(drawn(self.transition[states[-1], actions[-1]], rng))
        taken = np.array(actions)
        rewards = self.rewards[np.array(states[:-1]), taken] + self.noise * rng.standard_normal(taken.shape)
        return np.array(states), taken, rewards


def random_world(
    states: int, actions: int, rng: np.random.Generator, noise: float = 1.0, gamma: float = 0.9
) -> SmallWorld:
    """A world in which every action leads to one of three random states (Archibald et al. 1995)."""
    transition = np.zeros((states, actions, states))
    for table in transition.reshape(-1, states):
        table[rng.choice(states, 3, replace=False)] = rng.dirichlet(np.ones(3))
    return SmallWorld(transition, rng.standard_normal((states, actions)), noise, gamma)


def drawn(probabilities: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One index for each row of probabilities (…, choices): (…)."""
    passed = probabilities.cumsum(axis=-1) < rng.random((*probabilities.shape[:-1], 1))
    return np.minimum(passed.sum(axis=-1), probabilities.shape[-1] - 1)  # a sum can fall short of 1 by rounding

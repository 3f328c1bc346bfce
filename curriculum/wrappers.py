"""Environments around an environment: actions squashed into bounds, observations and rewards on a common scale.

Symbols: `env` is what is wrapped; whatever is not named here is its own. Wrappers go around each other.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from curriculum.continuous import squash
from curriculum.environments import Step, VectorEnv
from curriculum.rollouts import Episodes
from curriculum.scaling import ObservationScaler, RewardScaler, RunningMoments


class Wrapper:
    """Passes everything on."""

    def __init__(self, env: VectorEnv) -> None:
        self.env = env
        self.envs, self.observation_size = env.envs, env.observation_size
        self.actions, self.discrete = env.actions, env.discrete

    def reset(self, seed: int) -> np.ndarray:
        return self.env.reset(seed)

    def step(self, actions: np.ndarray) -> Step:
        return self.env.step(actions)

    def state_dict(self) -> dict[str, Any]:
        return {"env": self.env.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.env.load_state_dict(state["env"])


class SquashedActions(Wrapper):
    """Takes u, any real numbers, and hands squash(u) on: for a `SquashedGaussianPolicy` with the same bounds."""

    def __init__(self, env: VectorEnv, low: np.ndarray, high: np.ndarray) -> None:
        super().__init__(env)
        self.low, self.high = torch.from_numpy(low).float(), torch.from_numpy(high).float()

    def step(self, actions: np.ndarray) -> Step:
        return self.env.step(squash(torch.from_numpy(actions), self.low, self.high).numpy())


class ScaledObservations(Wrapper):
    """Observations with mean 0 and variance 1. With `learning = False` the moments stay as they are."""

    def __init__(self, env: VectorEnv) -> None:
        super().__init__(env)
        self.scaler = ObservationScaler(env.observation_size)
        self.learning = True

    def reset(self, seed: int) -> np.ndarray:
        return self.scaler(self.env.reset(seed), self.learning)

    def step(self, actions: np.ndarray) -> Step:
        step = self.env.step(actions)
        observations = self.scaler(step.observations, self.learning)
        # The last ones of an episode are looked at once more, by the value function, but were no new experience.
        return step._replace(observations=observations, final_observations=self.scaler(step.final_observations, False))

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "moments": moments_state(self.scaler.moments)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        super().load_state_dict(state)
        load_moments(self.scaler.moments, state["moments"])


class ScaledRewards(Wrapper):
    """Rewards divided by the standard deviation of the discounted return; `episodes` knows the returns as they came."""

    def __init__(self, env: VectorEnv, gamma: float) -> None:
        super().__init__(env)
        self.scaler = RewardScaler(env.envs, gamma)
        self.episodes = Episodes(env.envs)

    def step(self, actions: np.ndarray) -> Step:
        step = self.env.step(actions)
        ended = step.terminated | step.truncated
        self.episodes.add(step.rewards, ended)
        return step._replace(rewards=self.scaler(step.rewards, ended))

    def state_dict(self) -> dict[str, Any]:
        return {
            **super().state_dict(),
            "moments": moments_state(self.scaler.moments),
            "returns": self.scaler.returns.tolist(),
            "episodes": [self.episodes.running.tolist(), list(self.episodes.last), self.episodes.count],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        super().load_state_dict(state)
        load_moments(self.scaler.moments, state["moments"])
        self.scaler.returns = np.array(state["returns"])
        running, last, self.episodes.count = state["episodes"]
        self.episodes.running = np.array(running)
        self.episodes.last.clear()
        self.episodes.last.extend(last)


def moments_state(moments: RunningMoments) -> list[Any]:
    return [moments.count, moments.mean.tolist(), moments.var.tolist()]


def load_moments(moments: RunningMoments, state: list[Any]) -> None:
    moments.count, moments.mean, moments.var = state[0], np.array(state[1]), np.array(state[2])

"""Environments in a batch: many copies of CartPole or Pendulum, moved by a few NumPy operations.

Symbols: `envs` copies run side by side; arrays that hold one entry for each begin with that axis. An episode ends
*terminated* where the task itself is over (the pole fell), and *truncated* where only the clock ran out: after
termination there is no future, after truncation there is one that nobody watched.

The equations are those of gymnasium 1.4 (CartPole-v1, Pendulum-v1), and the numbers agree to rounding. What differs:
- an episode that ends starts anew within the same step, and `Step.final_observations` says what the step led to before.
  gymnasium's own vector environments use the next step for it, whose reward and action then mean nothing;
- one generator draws the starts of all copies, so a seed does not give the episodes that it gives there.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any, NamedTuple, Protocol

import numpy as np


class Step(NamedTuple):
    """What one step of all copies led to."""

    observations: np.ndarray
    """float32 (envs, observation_size): what to act on next; where an episode ended, the first of a new one."""
    rewards: np.ndarray
    """float32 (envs,)"""
    terminated: np.ndarray
    """bool (envs,): the task is over; nothing can be earned after it."""
    truncated: np.ndarray
    """bool (envs,): the clock ran out. Both may be true in the same step, as in gymnasium."""
    final_observations: np.ndarray
    """float32 (envs, observation_size): what the step led to *before* any new start; elsewhere equal to
    `observations`."""


class VectorEnv(Protocol):
    """What a trainer needs to know of an environment."""

    envs: int
    observation_size: int
    actions: int
    """How many there are to choose from where `discrete`; else how many numbers make one action."""
    discrete: bool

    def reset(self, seed: int) -> np.ndarray:
        """Start all copies; float32 (envs, observation_size). The same seed gives the same starts."""
        ...

    def step(self, actions: np.ndarray) -> Step:
        """`actions`: int64 (envs,) where `discrete`, else float (envs, actions)."""
        ...

    def state_dict(self) -> dict[str, Any]:
        """All that the future depends on, for a checkpoint."""
        ...

    def load_state_dict(self, state: dict[str, Any]) -> None: ...


class BatchedEnv(ABC):
    """What all batched environments share: starts, the clock, the new start within a step, and checkpoints.

    `state` is float64 (variables, envs): each variable is one contiguous row. `elapsed` counts the steps of each
    copy's episode, which is truncated when it has lasted `limit` steps.
    """

    observation_size: int
    actions: int
    discrete: bool
    variables: int
    limit: int

    def __init__(self, envs: int) -> None:
        if envs < 1:
            raise ValueError(f"envs = {envs}; at least one copy is needed")
        self.envs = envs
        self.state = np.zeros((self.variables, envs))
        self.elapsed = np.zeros(envs, dtype=np.int64)
        self.rng = np.random.default_rng()

    @abstractmethod
    def starts(self, count: int) -> np.ndarray:
        """The first states of `count` episodes, (variables, count)."""

    @abstractmethod
    def advance(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Move `state` by one step; rewards (envs,) and where the task is over (envs,)."""

    def observe(self) -> np.ndarray:
        """What the state looks like, float32 (envs, observation_size); the state itself unless overridden."""
        return self.state.T.astype(np.float32, order="C")

    def reset(self, seed: int) -> np.ndarray:
        self.rng = np.random.default_rng(seed)
        self.state = self.starts(self.envs)
        self.elapsed[:] = 0
        return self.observe()

    def step(self, actions: np.ndarray) -> Step:
        rewards, terminated = self.advance(actions)
        self.elapsed += 1
        truncated = self.elapsed >= self.limit
        final_observations = observations = self.observe()
        ended = terminated | truncated
        count = int(np.count_nonzero(ended))
        if count:
            self.state[:, ended] = self.starts(count)
            self.elapsed[ended] = 0
            observations = self.observe()
        return Step(observations, rewards.astype(np.float32), terminated, truncated, final_observations)

    def state_dict(self) -> dict[str, Any]:
        return {"state": self.state.tolist(), "elapsed": self.elapsed.tolist(), "rng": self.rng.bit_generator.state}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.state = np.array(state["state"], dtype=np.float64)
        self.elapsed = np.array(state["elapsed"], dtype=np.int64)
        self.rng.bit_generator.state = state["rng"]


class CartPole(BatchedEnv):
    """A pole on a cart, pushed left (0) or right (1); 1 for each step until it falls (Barto, Sutton & Anderson 1983).

    Observation: the cart's place (m) and velocity (m/s), the pole's angle from upright (rad) and velocity (rad/s).
    Terminated beyond 2.4 m or 12°, truncated after 500 steps.
    """

    observation_size, actions, discrete, variables, limit = 4, 2, True, 4, 500

    GRAVITY, CART, POLE, HALF_LENGTH, FORCE, SECONDS = 9.8, 1.0, 0.1, 0.5, 10.0, 0.02
    FARTHEST, STEEPEST = 2.4, math.radians(12)

    def starts(self, count: int) -> np.ndarray:
        return self.rng.uniform(-0.05, 0.05, (4, count))

    def advance(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        place, velocity, angle, spin = self.state
        mass, moment = self.CART + self.POLE, self.POLE * self.HALF_LENGTH
        sine, cosine = np.sin(angle), np.cos(angle)
        force = np.where(actions == 1, self.FORCE, -self.FORCE)
        push = (force + moment * (spin * spin) * sine) / mass
        spin_rate = (self.GRAVITY * sine - cosine * push) / (
            self.HALF_LENGTH * (4.0 / 3.0 - self.POLE * (cosine * cosine) / mass)
        )
        rate = push - moment * spin_rate * cosine / mass
        # Euler's rule with the velocities of before: row by row, each from the old values of the others.
        place += self.SECONDS * velocity
        angle += self.SECONDS * spin
        velocity += self.SECONDS * rate
        spin += self.SECONDS * spin_rate
        terminated = (np.abs(place) > self.FARTHEST) | (np.abs(angle) > self.STEEPEST)
        return np.ones(self.envs), terminated


class Pendulum(BatchedEnv):
    """A pendulum to be swung up and held by a torque in [−2, 2]; what it costs is distance, speed and effort.

    Observation: cos θ, sin θ (θ = 0 is upright) and the angular velocity. It never terminates, and is truncated after
    200 steps. The torque is one number, clipped to its range here; a return of about −150 is as good as it gets.
    """

    observation_size, actions, discrete, variables, limit = 3, 1, False, 2, 200

    GRAVITY, MASS, LENGTH, SECONDS, FASTEST, STRONGEST = 10.0, 1.0, 1.0, 0.05, 8.0, 2.0

    def starts(self, count: int) -> np.ndarray:
        farthest = np.array([[math.pi], [1.0]])  # rad, rad/s
        return self.rng.uniform(-farthest, farthest, (2, count))

    def advance(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        angle, spin = self.state
        torque = np.clip(actions[:, 0], -self.STRONGEST, self.STRONGEST)
        from_upright = (angle + math.pi) % (2 * math.pi) - math.pi
        cost = from_upright**2 + 0.1 * spin**2 + 0.001 * torque**2
        inertia = self.MASS * self.LENGTH**2
        spin += (3 * self.GRAVITY / (2 * self.LENGTH) * np.sin(angle) + 3.0 / inertia * torque) * self.SECONDS
        np.clip(spin, -self.FASTEST, self.FASTEST, out=spin)
        angle += spin * self.SECONDS
        return -cost, np.zeros(self.envs, dtype=bool)

    def observe(self) -> np.ndarray:
        angle, spin = self.state
        return np.stack([np.cos(angle), np.sin(angle), spin], axis=1).astype(np.float32)

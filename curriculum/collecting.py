"""From an environment to minibatches: a rollout, and its samples in a random order.

Symbols: a rollout is a dict of arrays (steps, envs, …); a *sample* is one of its steps · envs entries. An environment
starts an ended copy anew within the step: `env.step(actions)` returns what to act on next, the rewards, where the task
ended, where only the clock did, and what the step led to before any new start.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from curriculum.environments import Step

Rollout = dict[str, np.ndarray]


class Env(Protocol):
    def step(self, actions: np.ndarray) -> Step: ...


class Actor(Protocol):
    def act(self, observations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """An action for each observation, and its log-probability."""
        ...

    def value(self, observations: np.ndarray) -> np.ndarray: ...


def collect(env: Env, actor: Actor, observations: np.ndarray, steps: int) -> tuple[Rollout, np.ndarray]:
    """Act for `steps` steps from `observations` (envs, size); the rollout, and the observations to go on from.

    Its arrays: observations (what was acted on), actions, log_probs, rewards, terminated, truncated, values (of what
    was acted on) and next_values (of what each step led to, before any new start).
    """
    rows = []
    for _ in range(steps):
        seen = observations
        actions, log_probs = actor.act(seen)
        observations, rewards, terminated, truncated, led_to = env.step(actions)
        rows.append(
            {
                "observations": seen,
                "actions": actions,
                "log_probs": log_probs,
                "rewards": rewards,
                "terminated": terminated,
                "truncated": truncated,
                "values": actor.value(seen),
                # Not of `observations`: where an episode ended, those belong to the next one.
                "next_values": actor.value(led_to),
            }
        )
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}, observations


def minibatches(rollout: Rollout, count: int, seed: int) -> list[Rollout]:
    """The samples in `count` parts of one size, in a random order that `seed` decides; arrays (samples, …).

    Raises ValueError where the samples cannot be parted evenly.
    """
    steps, envs = next(iter(rollout.values())).shape[:2]
    if steps * envs % count:
        raise ValueError(f"{steps * envs} samples do not make {count} equal minibatches")
    # One order for all arrays: what belongs to a sample stays together.
    order = np.random.default_rng(seed).permutation(steps * envs)
    flat = {name: array.reshape(steps * envs, *array.shape[2:]) for name, array in rollout.items()}
    return [{name: array[chosen] for name, array in flat.items()} for chosen in np.split(order, count)]

"""From an environment to minibatches: a rollout, and its samples in a random order.

Symbols: a rollout is a dict of arrays (steps, envs, …); a *sample* is one of its steps · envs entries. An environment
starts an ended copy anew within the step: `env.step(actions)` returns what to act on next, the rewards, where the task
ended, where only the clock did, and what the step led to before any new start. An actor has `act(observations)`, which
gives an action for each and its log-probability, and `value(observations)`.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def collect(env: Any, actor: Any, observations: np.ndarray, steps: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Act for `steps` steps from `observations` (envs, size); the rollout, and the observations to go on from.

    Its arrays: observations (what was acted on), actions, log_probs, rewards, terminated, truncated, values (of what
    was acted on) and next_values (of what each step led to, before any new start).
    """
    buffers: dict[str, list[np.ndarray]] = {}
    for _ in range(steps):
        seen = observations
        actions, log_probs = actor.act(seen)
        observations, rewards, terminated, truncated, led_to = env.step(actions)
        row = {
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
        for name, array in row.items():
            buffers.setdefault(name, []).append(array)
    return {name: np.stack(arrays) for name, arrays in buffers.items()}, observations


def minibatches(rollout: dict[str, np.ndarray], count: int, seed: int) -> list[dict[str, np.ndarray]]:
    """The samples in `count` parts of one size, in a random order that `seed` decides; arrays (samples, …).

    Raises ValueError where the samples cannot be parted evenly.
    """
    steps, envs = next(iter(rollout.values())).shape[:2]
    samples = steps * envs
    if samples % count:
        raise ValueError(f"{samples} samples do not make {count} equal minibatches")
    # One order for all arrays: what belongs to a sample stays together.
    order = np.random.default_rng(seed).permutation(samples)
    flat = {name: array.reshape(samples, *array.shape[2:]) for name, array in rollout.items()}
    return [{name: array[chosen] for name, array in flat.items()} for chosen in np.array_split(order, count)]

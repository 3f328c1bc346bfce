"""Trains your own function of PPO beside the right one, and shows the number that tells them apart.

`train_my_bug(gae=my_gae)` first gives both the same data, on which every difference is a number; then it trains
CartPole twice from the same weights, once with each. The curves may agree where the numbers do not: that is the lesson.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
from torch import Tensor

from curriculum.environments import CartPole
from curriculum.train_ppo import PPO, Functions, PPOConfig, made

ENVS = 32


@dataclass(frozen=True)
class Comparison:
    """What the two versions gave on the same data, and what became of each."""

    number: str
    """In words: the largest difference and where, or the gradients' lengths and angle."""
    same: bool
    """Whether they agree on that data to rounding."""
    env_steps: list[int]
    right: list[float]
    """Mean return of the last hundred episodes, after each update."""
    yours: list[float]


def train_my_bug(
    *, updates: int = 60, seed: int = 0, show: Callable[[str], None] = print, **function: Callable[..., Any]
) -> Comparison:
    """Train with one function of yours in the place of ours; shows a line every ten updates.

    `function`: one of gae, normalize_advantages, clipped_surrogate, clipped_value_loss, by its name, with the arguments
    that it has in the notebook. Raises ValueError for any other.
    """
    names = [item.name for item in fields(Functions)]
    if len(function) != 1 or next(iter(function)) not in names:
        raise ValueError(f"give one function by its name: {', '.join(names)}")
    [(name, yours)] = function.items()
    number, same = told_apart(name, getattr(Functions(), name), yours)
    show(f"On the same data: {number}.")

    right = made(CartPole(ENVS), PPOConfig(updates=updates, seed=seed))
    mine = PPO(
        copy.deepcopy(right.policy), copy.deepcopy(right.value), CartPole(ENVS), right.config, Functions(**function)
    )
    comparison = Comparison(number, same, [], [], [])
    show(f"{'env steps':>10}{'right':>9}{'yours':>9}   mean return of the last hundred episodes")
    for update in range(updates):
        record, of_mine = right.update(), mine.update()
        comparison.env_steps.append(int(record["env_steps"]))
        comparison.right.append(record["mean_return"])
        comparison.yours.append(of_mine["mean_return"])
        if (update + 1) % 10 == 0:
            show(f"{record['env_steps']:>10,.0f}{record['mean_return']:>9.1f}{of_mine['mean_return']:>9.1f}")
    return comparison


def told_apart(name: str, right: Callable[..., Any], yours: Callable[..., Any]) -> tuple[str, bool]:
    """What differs between two versions of a function on data on which bugs show; and whether nothing does."""
    if name == "gae":
        return _arrays(right, yours)
    generator = torch.Generator().manual_seed(0)
    x, old, target = (torch.randn(64, generator=generator) for _ in range(3))
    if name == "normalize_advantages":
        return _difference(right(3 * x + 1).numpy(), np.asarray(yours(3 * x + 1)), "advantages")
    return _losses(right, yours, 0.5 * x, 0.5 * old, target)


def _arrays(right: Callable[..., Any], yours: Callable[..., Any]) -> tuple[str, bool]:
    """Two short rollouts' worth of data, with both kinds of ends."""
    rng = np.random.default_rng(0)
    rewards, values, next_values = (rng.normal(1.0, 2.0, (12, 4)) for _ in range(3))
    terminated, truncated = (np.zeros((12, 4), dtype=bool) for _ in range(2))
    terminated[[3, 7], [0, 2]] = truncated[[5, 9], [1, 3]] = True
    data = (rewards, values, next_values, terminated, truncated, 0.98, 0.9)
    found, expected = np.asarray(yours(*(copy.copy(item) for item in data))), right(*data)
    if found.shape != expected.shape:
        return f"your advantages are {found.shape}, the right ones {expected.shape}", False
    words, same = _difference(expected, found, "advantages")
    if not same:
        t, env = np.unravel_index(np.abs(found - expected).argmax(), found.shape)  # a NaN counts as the largest
        # The latest step that is wrong: what is wrong there is the cause, what is wrong before it may follow from it.
        last = int(np.flatnonzero(~np.isclose(found[:, env], expected[:, env]))[-1])
        end = "a truncation" if truncated[last, env] else "a termination" if terminated[last, env] else "no end"
        words += f", at step {t} of copy {env}; the last wrong step there is {last}, where there is {end}"
    return words, same


def _difference(expected: np.ndarray, found: np.ndarray, what: str) -> tuple[str, bool]:
    if found.shape == expected.shape and np.allclose(found, expected, rtol=1e-4, atol=1e-5):
        return f"your {what} are the right ones", True
    if found.shape != expected.shape:
        return f"your {what} are {found.shape}, the right ones {expected.shape}", False
    return f"your {what} are wrong by up to {np.abs(found - expected).max():.3g}", False


def _losses(
    right: Callable[..., Any], yours: Callable[..., Any], x: Tensor, old: Tensor, target: Tensor
) -> tuple[str, bool]:
    """The losses, and their gradients by the first argument."""

    def of(loss: Callable[..., Any]) -> tuple[float, Tensor]:
        leaf = x.clone().requires_grad_()
        value = loss(leaf, old.clone(), target.clone(), 0.2)
        [gradient] = torch.autograd.grad(value, leaf, allow_unused=True) if value.requires_grad else [None]
        return value.item(), torch.zeros_like(x) if gradient is None else gradient

    (expected, direction), (found, moved) = of(right), of(yours)
    length = (moved.norm() / direction.norm()).item()
    cosine = torch.nn.functional.cosine_similarity(moved, direction, dim=0).item()
    same = abs(found - expected) <= 1e-4 * (1 + abs(expected)) and torch.allclose(
        moved, direction, rtol=1e-3, atol=1e-6
    )
    words = f"your loss is {found:.4f}, the right one {expected:.4f}; your gradient has {length:.3f} times its length"
    return words + (f" and a cosine of {cosine:.3f} with it" if length else ""), same

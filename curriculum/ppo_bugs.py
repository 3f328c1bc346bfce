"""Bugs of PPO, each planted into the source of the fast trainer: what a careful programmer gets wrong in a line.

A bug is an edit of `fast_ppo.py` or `advantages.py`, another configuration, or another environment. `planted(bug)`
gives a trainer that differs from the right one in this alone, and runs as fast.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np

from curriculum import advantages, fast_ppo
from curriculum.environments import CartPole, Step
from curriculum.fast_ppo import FastPPO
from curriculum.train_ppo import PPOConfig


class NextStepCartPole(CartPole):
    """CartPole as gymnasium's vector environments step it since 1.0: an ended copy starts anew in the *next* step.

    That step's action is ignored and its reward is 0; a trainer that does not know takes it for a step of the task.
    """

    def reset(self, seed: int) -> np.ndarray:
        self.ended = np.zeros(self.envs, dtype=bool)
        return super().reset(seed)

    def step(self, actions: np.ndarray) -> Step:
        starting = self.ended
        rewards, terminated = self.advance(actions)
        self.elapsed += 1
        self.state[:, starting] = self.starts(int(starting.sum()))
        self.elapsed[starting], rewards[starting], terminated[starting] = 0, 0.0, False
        truncated = self.elapsed >= self.limit
        self.ended = terminated | truncated
        observations = self.observe()
        return Step(observations, rewards.astype(np.float32), terminated, truncated, observations)


@dataclass(frozen=True)
class Bug:
    """One thing that is wrong."""

    what: str
    number: str
    """By which number it is known without any training; empty for a choice that is no bug."""
    edits: tuple[tuple[str, str], ...] = ()
    """Pieces of source, and what stands in their place; each piece occurs once."""
    config: tuple[tuple[str, Any], ...] = ()
    env: Callable[[int], CartPole] = CartPole


DELTAS = "deltas = rewards + gamma * np.where(terminated, 0.0, next_values) - values"
DECAY = "decay = np.where(terminated | truncated, 0.0, gamma * lam)"
EVERYWHERE = "decay = np.full_like(deltas, gamma * lam)"
STOPPED = "(rising & (ratio > 1 + clip)) | (~rising & (ratio < 1 - clip))"
COLUMNS = "columns = (rollout.log_probs, advantages, values, advantages + values)"

BUGS: dict[str, Bug] = {
    "right": Bug("nothing", ""),
    # --- advantages
    "truncation": Bug(
        "the end of the clock counts as the end of the task",
        "at a truncation δ is too low by γ·V(what the step led to)",
        ((DELTAS, DELTAS.replace("terminated", "terminated | truncated")),),
    ),
    "new_start": Bug(
        "after a truncation, the value of the new episode's first observation stands in",
        "δ at a truncation changes with where the next episode starts",
        (("apart = rollout.terminated | rollout.truncated", "apart = np.zeros_like(rollout.terminated)"),),
    ),
    "next_step_reset": Bug(
        "the environment starts anew in the next step, and the trainer does not know",
        "one sample an episode has reward 0 and an action that did nothing",
        env=NextStepCartPole,
    ),
    "reward_shifted": Bug(
        "δ uses the reward of the step before",
        "a changed reward changes the advantage one step late",
        ((DELTAS, DELTAS.replace("= rewards", "= np.roll(rewards, 1, axis=0)")),),
    ),
    "done_ignored": Bug(
        "ends are ignored",
        "a reward after an end changes the advantage before it",
        ((DELTAS, "deltas = rewards + gamma * next_values - values"), (DECAY, EVERYWHERE)),
    ),
    "done_shifted": Bug(
        "ends are one step late",
        "a reward right after an end changes the advantage before it",
        ((DELTAS, f"terminated, truncated = np.roll(terminated, 1, 0), np.roll(truncated, 1, 0)\n    {DELTAS}"),),
    ),
    "done_half": Bug(
        "ends cut the error but not the sum over later errors",
        "a reward after an end changes the advantage before it",
        ((DECAY, EVERYWHERE),),
    ),
    "forward": Bug(
        "the sum runs forward in time",
        "a later reward changes no earlier advantage",
        (("reversed(range(len(rewards)))", "range(len(rewards))"),),
    ),
    "lambda_0": Bug("λ = 0: only one step of reward", "", config=(("gae_lambda", 0.0),)),
    "lambda_1": Bug("λ = 1: no trust in the value function", "", config=(("gae_lambda", 1.0),)),
    "gamma_1": Bug("γ = 1: no discount", "", config=(("gamma", 1.0),)),
    # --- the policy's loss
    "undetached": Bug(
        "the old log-probability is not detached",
        "the policy's gradient is exactly 0",
        (("return np.where(stopped, 0.0, ratio * advantages) / -len(ratio)", "return np.zeros_like(ratio)"),),
    ),
    "sign": Bug(
        "the surrogate has the wrong sign",
        "cosine −1 with the policy gradient",
        (("ratio * advantages) / -len(ratio)", "ratio * advantages) / len(ratio)"),),
    ),
    "max_for_min": Bug(
        "max for min in the surrogate",
        "a gradient where the ratio is beyond the clip on the gaining side",
        ((STOPPED, "(rising & (ratio < 1 - clip)) | (~rising & (ratio > 1 + clip))"),),
    ),
    "bounds_swapped": Bug(
        "the bounds of the clip are swapped",
        "at ratio 1 no gradient where the advantage is positive",
        ((STOPPED, "(rising & (ratio > 1 - clip)) | (~rising & (ratio < 1 - clip))"),),
    ),
    "ratio_1": Bug(
        "the old log-probabilities are computed anew in each minibatch",
        "clip fraction 0 in the last minibatch as in the first",
        (("ratio = np.exp(log_probs - old)", "ratio = np.exp(log_probs - log_probs)"),),
    ),
    "no_clip": Bug("no clip", "", config=(("clip_eps", 1e9),)),
    "entropy_sign": Bug(
        "the entropy has the wrong sign (coefficient 0.01)",
        "the gradient makes likely actions likelier where all advantages are 0",
        config=(("entropy_coef", -0.01),),
    ),
    "entropy": Bug("with an entropy bonus of 0.01", "", config=(("entropy_coef", 0.01),)),
    # --- the value's loss
    "broadcast": Bug(
        "(B,) − (B, 1): every value is compared with every return",
        "the loss is Var(v) + Var(R) + (difference of the means)²",
        (("errors = values - returns\n", "errors = values - returns.mean()\n"),),
    ),
    "target": Bug(
        "values are trained to the advantages, not to advantages + values",
        "V of a constant reward falls towards 0",
        ((COLUMNS, COLUMNS.replace("advantages + values", "advantages")),),
    ),
    # --- samples
    "flatten": Bug(
        "observations are flattened copy by copy, the rest step by step",
        "the ratio of the first minibatch is not 1",
        (
            (
                "rollout.observations.reshape(-1, self.env.observation_size)",
                "rollout.observations.swapaxes(0, 1).reshape(-1, self.env.observation_size)",
            ),
        ),
    ),
    "unshuffled": Bug(
        "minibatches are not shuffled",
        "the first minibatch of every epoch holds the same samples",
        (("yield self.rng.permutation(", "yield np.arange("),),
    ),
    "over_time": Bug(
        "advantages are normalised over time, for each copy by itself",
        "each copy's advantages have mean 0",
        (
            (
                COLUMNS,
                "normal = (advantages - advantages.mean(axis=0)) / (advantages.std(axis=0) + 1e-8)\n        "
                + COLUMNS.replace("log_probs, advantages", "log_probs, normal"),
            ),
        ),
        (("normalize", False),),
    ),
    "unnormalised": Bug("advantages are not normalised", "", config=(("normalize", False),)),
    "one_step": Bug("one epoch of one minibatch", "", config=(("epochs", 1), ("minibatches", 1))),
}


def planted(bug: Bug, envs: int, config: PPOConfig) -> FastPPO:
    """A trainer with this bug and no other."""
    namespaces: list[dict[str, Any]] = []
    done = 0
    for module in (advantages, fast_ppo):
        source = inspect.getsource(module)
        for before, after in bug.edits:
            if before in source:
                source = source.replace(before, after, 1)
                done += 1
        edited = ModuleType(module.__name__)  # the name under which the edited classes are looked up
        exec(compile(source, f"{module.__name__} with a bug", "exec"), edited.__dict__)
        namespaces.append(edited.__dict__)
    if done != len(bug.edits):
        raise ValueError(f"the source has changed: only {done} of {len(bug.edits)} edits of '{bug.what}' fit")
    namespaces[1]["gae"] = namespaces[0]["gae"]
    trainer: FastPPO = namespaces[1]["FastPPO"](bug.env(envs), replace(config, **dict(bug.config)))
    return trainer

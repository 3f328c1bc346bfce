"""Probe environments: each so small that its answer is known, and each with one thing more that can go wrong.

A learning curve says *that* something is wrong, late and unreliably. A probe says *where*, in a second: run them in
order, and the first one that fails names the part to look at, since all parts that the ones before it need have passed
(after an idea of Andy Jones, "Debugging RL, Without the Agonizing Pain", 2021).

Symbols: V is the value function, π the policy, γ = GAMMA the discount. A state is one number, which is the observation.
Every probe has two actions, also where they make no difference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch

from curriculum.environments import BatchedEnv, VectorEnv
from curriculum.policies import CategoricalPolicy, ValueNet
from curriculum.train_ppo import PPO, PPOConfig, made

GAMMA = 0.5
CONFIG = PPOConfig(updates=40, steps=8, epochs=4, minibatches=1, learning_rate=1e-2, gamma=GAMMA, gae_lambda=0.9)
"""How a trainer is to be set for the probes: they need no more, and γ must be this one."""
COPIES = 16
NEAR, SURE = 0.15, 0.9
"""How near a value must come, and how probable the right action must become."""


class _Probe(BatchedEnv):
    observation_size, actions, discrete, variables, limit = 1, 2, True, 1, 10

    def starts(self, count: int) -> np.ndarray:
        return np.zeros((1, count))

    def signs(self, count: int) -> np.ndarray:
        """−1 or +1, each as likely."""
        return self.rng.choice([-1.0, 1.0], (1, count))

    def everywhere(self) -> np.ndarray:
        return np.ones(self.envs, dtype=bool)


class ConstantReward(_Probe):
    """One step, reward 1."""

    def advance(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.ones(self.envs), self.everywhere()


class ObservedReward(_Probe):
    """One step, and the reward is what was seen, −1 or 1."""

    def starts(self, count: int) -> np.ndarray:
        return self.signs(count)

    def advance(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return self.state[0].copy(), self.everywhere()


class LaterReward(_Probe):
    """Two steps, seen as 0 and 1; only the second is rewarded."""

    def advance(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        second = self.state[0] == 1.0
        self.state += 1.0
        return second.astype(float), second


class RewardedAction(_Probe):
    """One step: action 1 earns 1, action 0 costs 1."""

    def advance(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.where(actions == 1, 1.0, -1.0), self.everywhere()


class ObservedAction(_Probe):
    """One step: action 1 is right where 1 is seen, action 0 where −1 is seen; 1 for the right one, −1 for the other."""

    def starts(self, count: int) -> np.ndarray:
        return self.signs(count)

    def advance(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.where((actions == 1) == (self.state[0] > 0), 1.0, -1.0), self.everywhere()


class TwoEnds(_Probe):
    """Reward 1 in each step. Where −1 is seen the first step ends the task; where 1 is seen it only ends the clock."""

    limit = 1

    def starts(self, count: int) -> np.ndarray:
        return self.signs(count)

    def advance(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.ones(self.envs), self.state[0] < 0


class Truth(NamedTuple):
    """What is right at one observation; None where nothing is."""

    observation: float
    value: float | None = None
    action: int | None = None


@dataclass(frozen=True)
class Probe:
    """An environment whose answers are known, and what is likely wrong where they are not found."""

    env: Callable[[int], VectorEnv]
    tells: str
    truths: tuple[Truth, ...]

    @property
    def name(self) -> str:
        return str(getattr(self.env, "__name__", self.env))


PROBES = (
    Probe(
        ConstantReward,
        "the value function learns nothing, or learns from what follows an end: its loss, its optimizer, `terminated`",
        (Truth(0.0, value=1.0),),
    ),
    Probe(
        ObservedReward,
        "values and returns do not belong to the same samples: a broadcast, a flatten, an order",
        (Truth(-1.0, value=-1.0), Truth(1.0, value=1.0)),
    ),
    Probe(
        LaterReward,
        "what comes later does not arrive, or undiscounted: γ, the order in time, an end that is off by one step",
        (Truth(0.0, value=GAMMA), Truth(1.0, value=1.0)),
    ),
    Probe(
        RewardedAction,
        "the policy does not move towards what was better: the sign of its loss, a detached or an undetached log-prob",
        (Truth(0.0, action=1),),
    ),
    Probe(
        ObservedAction,
        "actions and advantages do not belong to what the policy saw: an observation of another step or copy",
        (Truth(-1.0, action=0), Truth(1.0, action=1)),
    ),
    Probe(
        TwoEnds,
        "the end of the clock is taken for the end of the task, or the value after it is not of what the step led to",
        (Truth(-1.0, value=1.0), Truth(1.0, value=1.0 / (1.0 - GAMMA))),
    ),
)


class Learned(NamedTuple):
    """What a trainer gives back: both take observations, float32 (batch, 1)."""

    value: Callable[[np.ndarray], np.ndarray]
    """V, (batch,)."""
    probabilities: Callable[[np.ndarray], np.ndarray]
    """π, (batch, actions)."""


@dataclass(frozen=True)
class Result:
    """How one probe ended."""

    probe: Probe
    wrong: tuple[str, ...]
    """A sentence for each answer that was not found; empty where the probe is passed."""

    @property
    def passed(self) -> bool:
        return not self.wrong


def examined(probe: Probe, learned: Learned) -> Result:
    """Compare what was learned with what is true."""
    wrong = []
    for truth in probe.truths:
        seen = np.array([[truth.observation]], dtype=np.float32)
        if truth.value is not None:
            value = float(learned.value(seen)[0])
            if not abs(value - truth.value) <= NEAR:
                wrong.append(f"V({truth.observation:g}) is {value:.2f} and should be {truth.value:.2f}")
        if truth.action is not None:
            chance = float(learned.probabilities(seen)[0, truth.action])
            if not chance >= SURE:
                wrong.append(f"π({truth.action} | {truth.observation:g}) is {chance:.2f} and should be near 1")
    return Result(probe, tuple(wrong))


def learned_by(run: PPO) -> Learned:
    """What a run of our trainer has learned, after all its updates."""
    while run.updates < run.config.updates:
        run.update()
    policy, value = run.policy, run.value
    assert isinstance(policy, CategoricalPolicy) and isinstance(value, ValueNet)

    @torch.no_grad()
    def values(observations: np.ndarray) -> np.ndarray:
        return value.value(torch.from_numpy(observations)).numpy()

    @torch.no_grad()
    def probabilities(observations: np.ndarray) -> np.ndarray:
        return policy.distribution(torch.from_numpy(observations)).log_probs.exp().numpy()

    return Learned(values, probabilities)


def ours(env: VectorEnv) -> Learned:
    return learned_by(made(env, CONFIG))


def probed(train: Callable[[VectorEnv], Learned] = ours) -> list[Result]:
    """Train on every probe with `train` and examine what it learned, in order."""
    return [examined(probe, train(probe.env(COPIES))) for probe in PROBES]


def report(results: list[Result]) -> str:
    """One line for each probe, and what the first that failed tells."""
    lines = [f"{result.probe.name:<16}{'; '.join(result.wrong) or 'passed'}" for result in results]
    first = next((result for result in results if not result.passed), None)
    return "\n".join([*lines, f"Look first at {first.probe.name}: {first.probe.tells}." if first else "All passed."])

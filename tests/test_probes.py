"""The probes: the right trainer passes all, and each planted bug fails first where it should."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from curriculum.advantages import gae
from curriculum.environments import VectorEnv
from curriculum.policies import Categorical, CategoricalPolicy, ValueNet
from curriculum.probes import CONFIG, COPIES, PROBES, Learned, Probe, examined, learned_by, ours, probed, report
from curriculum.train_ppo import PPO, Functions, made

Train = Callable[[VectorEnv], Learned]
torch.set_num_threads(1)


def with_functions(**functions: Any) -> Train:
    def train(env: VectorEnv) -> Learned:
        right = made(env, CONFIG)
        return learned_by(PPO(right.policy, right.value, env, CONFIG, Functions(**functions)))

    return train


def no_value(env: VectorEnv) -> Learned:
    return learned_by(made(env, replace(CONFIG, value_coef=0.0)))


def ignores_the_end(rewards, values, next_values, terminated, truncated, gamma, lam):
    nowhere = np.zeros_like(terminated)
    return gae(rewards, values, next_values, nowhere, nowhere, gamma, lam)


def broadcast(values: Tensor, old_values: Tensor, returns: Tensor, clip: float) -> Tensor:
    return 0.5 * ((values - returns[:, None]) ** 2).mean()


def no_discount(rewards, values, next_values, terminated, truncated, gamma, lam):
    return gae(rewards, values, next_values, terminated, truncated, 1.0, lam)


def end_one_step_early(rewards, values, next_values, terminated, truncated, gamma, lam):
    return gae(rewards, values, next_values, np.roll(terminated, -1, 0), np.roll(truncated, -1, 0), gamma, lam)


def downhill(log_probs: Tensor, old: Tensor, advantages: Tensor, clip: float) -> Tensor:
    return ((log_probs - old).exp() * advantages).mean()


def undetached(log_probs: Tensor, old: Tensor, advantages: Tensor, clip: float) -> Tensor:
    return -((log_probs - log_probs).exp() * advantages).mean()


class OneSampleOff(CategoricalPolicy):
    """Acts on what it sees, and learns from what the sample before saw."""

    def distribution(self, observations: Tensor) -> Categorical:
        return super().distribution(observations.roll(1, 0) if torch.is_grad_enabled() else observations)


def one_sample_off(env: VectorEnv) -> Learned:
    torch.manual_seed(0)
    return learned_by(PPO(OneSampleOff(1, 2), ValueNet(1), env, CONFIG))


def truncation_as_termination(rewards, values, next_values, terminated, truncated, gamma, lam):
    return gae(rewards, values, next_values, terminated | truncated, truncated, gamma, lam)


BUGS: list[tuple[str, Train, str]] = [
    ("the value's loss has no weight", no_value, "ConstantReward"),
    ("ends are ignored", with_functions(gae=ignores_the_end), "ConstantReward"),
    (
        "values are compared with the returns of all samples",
        with_functions(clipped_value_loss=broadcast),
        "ObservedReward",
    ),
    ("nothing is discounted", with_functions(gae=no_discount), "LaterReward"),
    ("ends are off by one step", with_functions(gae=end_one_step_early), "LaterReward"),
    ("the surrogate has the wrong sign", with_functions(clipped_surrogate=downhill), "RewardedAction"),
    ("the old log-probability is not detached", with_functions(clipped_surrogate=undetached), "RewardedAction"),
    ("the policy reads another sample's observation", one_sample_off, "ObservedAction"),
    ("truncation counts as termination", with_functions(gae=truncation_as_termination), "TwoEnds"),
]


def test_the_right_trainer_passes_every_probe() -> None:
    results = probed(ours)
    assert all(result.passed for result in results), report(results)
    assert report(results).endswith("All passed.")


@pytest.mark.parametrize(("train", "where"), [bug[1:] for bug in BUGS], ids=[bug[0] for bug in BUGS])
def test_a_bug_fails_first_at_the_probe_that_isolates_it(train: Train, where: str) -> None:
    results = []
    for probe in PROBES:  # up to the one that matters: the others cost time and may fail or not
        results.append(examined(probe, train(probe.env(COPIES))))
        if probe.name == where:
            break
    assert [result.passed for result in results] == [True] * (len(results) - 1) + [False], report(results)
    assert f"Look first at {where}: " in report(results)


def found(value: float, chance: float) -> Learned:
    return Learned(lambda seen: np.full(len(seen), value), lambda seen: np.full((len(seen), 2), [1 - chance, chance]))


def test_what_is_not_found_is_said_with_its_number() -> None:
    constant, _, _, action, *_ = PROBES
    assert examined(constant, found(1.1, 0.5)).passed
    assert examined(constant, found(2.0, 0.5)).wrong == ("V(0) is 2.00 and should be 1.00",)
    assert examined(action, found(0.0, 0.95)).passed
    assert examined(action, found(0.0, 0.5)).wrong == ("π(1 | 0) is 0.50 and should be near 1",)
    assert not examined(constant, found(float("nan"), 0.5)).passed


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.name)
def test_the_truths_of_a_probe_are_its_returns(probe: Probe) -> None:
    """Rewards are added up as they come, for the right actions; after the clock's end the same goes on for ever."""
    env = probe.env(64)
    observations = env.reset(0)[:, 0]
    for truth in probe.truths:
        here = np.flatnonzero(observations == truth.observation)
        if not len(here) or truth.value is None:
            continue
        fresh = probe.env(64)
        fresh.reset(0)
        total, weight, alive = np.zeros(64), 1.0, np.ones(64, bool)
        for _ in range(40):
            step = fresh.step(np.zeros(64, int))
            total += weight * alive * step.rewards
            alive &= ~step.terminated
            weight *= CONFIG.gamma
            if probe.name == "TwoEnds":  # what the step led to is where it would have gone on
                fresh.state[0] = step.final_observations[:, 0]
        np.testing.assert_allclose(total[here], truth.value, rtol=1e-6)

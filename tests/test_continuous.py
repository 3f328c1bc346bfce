"""Policies with continuous actions, the scalers, the environments around environments, and what trains them."""

from __future__ import annotations

import math
from importlib.util import find_spec

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from curriculum.continuous import (
    gaussian_entropy,
    gaussian_log_prob,
    gaussian_sample,
    squash,
    squashed_entropy,
    squashed_log_prob,
)
from curriculum.environments import Pendulum, Step, VectorEnv
from curriculum.policies import GaussianPolicy, SquashedGaussianPolicy
from curriculum.scaling import ObservationScaler, RewardScaler, RunningMoments
from curriculum.train_continuous import evaluated, made
from curriculum.train_continuous import main as train_continuous
from curriculum.wrappers import ScaledObservations, ScaledRewards, SquashedActions

LOW, HIGH = torch.tensor([-2.0, 0.0]), torch.tensor([2.0, 0.5])


def test_the_gaussian_is_that_of_torch():
    mean, log_std, actions = torch.randn(5, 3), torch.randn(3), torch.randn(5, 3)
    theirs = torch.distributions.Normal(mean, log_std.exp())
    torch.testing.assert_close(gaussian_log_prob(actions, mean, log_std), theirs.log_prob(actions).sum(-1))
    torch.testing.assert_close(gaussian_entropy(log_std), theirs.entropy()[0].sum())


def test_draws_have_the_mean_and_the_deviation_and_no_gradient():
    mean = torch.tensor([[3.0, -1.0]]).expand(20_000, 2).requires_grad_()
    drawn = gaussian_sample(mean, torch.tensor([0.0, -2.0]), torch.Generator().manual_seed(0))
    assert not drawn.requires_grad
    torch.testing.assert_close(drawn.mean(0), torch.tensor([3.0, -1.0]), atol=0.05, rtol=0)
    torch.testing.assert_close(drawn.std(0), torch.tensor([1.0, math.exp(-2.0)]), atol=0.03, rtol=0)


def test_the_policy_gradient_of_a_draw_that_kept_its_gradient_would_be_zero():
    mean = torch.zeros(4, 2, requires_grad=True)
    actions = mean + torch.randn(4, 2)
    [gradient] = torch.autograd.grad(gaussian_log_prob(actions, mean, torch.zeros(2)).sum(), mean)
    assert gradient.abs().max() == 0.0


def test_the_squashed_density_is_the_derivative_of_the_squashed_probability():
    """P(action ≤ a) is Φ(u); its slope by a, measured by a difference in float64, is the density."""
    mean, log_std = torch.tensor([0.4], dtype=torch.float64), torch.tensor([-0.3], dtype=torch.float64)
    low, high = LOW[:1].double(), HIGH[:1].double()
    u = torch.linspace(-2.5, 2.5, 41, dtype=torch.float64)[:, None]
    step = 1e-6
    law = torch.distributions.Normal(mean, log_std.exp())
    rise = law.cdf(u + step) - law.cdf(u - step)
    run = squash(u + step, low, high) - squash(u - step, low, high)
    expected = torch.log(rise / run)[:, 0]
    torch.testing.assert_close(squashed_log_prob(u, mean.expand_as(u), log_std, low, high), expected, atol=1e-6, rtol=0)


def test_saturated_actions_keep_a_finite_log_prob_and_gradient():
    u = torch.tensor([[50.0, -80.0]], requires_grad=True)
    log_prob = squashed_log_prob(u, u.detach(), torch.zeros(2), LOW, HIGH)
    [gradient] = torch.autograd.grad(log_prob.sum(), u)
    assert log_prob.isfinite().all()
    torch.testing.assert_close(gradient, torch.tensor([[2.0, -2.0]]))


def test_no_law_between_bounds_has_more_entropy_than_the_uniform_one():
    noise = torch.randn(2000, 9, 2, generator=torch.Generator().manual_seed(1))
    log_std = torch.linspace(-2, 3, 9)[:, None].expand(9, 2)
    entropy = squashed_entropy(noise, torch.zeros(9, 2), log_std, LOW, HIGH)
    uniform = torch.log(HIGH - LOW).sum()
    assert (entropy < uniform).all()
    assert entropy[3:6].max() > entropy[[0, -1]].max()
    assert gaussian_entropy(log_std)[-1] > uniform


def test_the_slope_cancels_in_the_ratio_of_two_policies():
    u, one, other = torch.randn(6, 2), torch.randn(6, 2), torch.randn(6, 2)
    plain = gaussian_log_prob(u, one, torch.zeros(2)) - gaussian_log_prob(u, other, torch.ones(2))
    squashed = squashed_log_prob(u, one, torch.zeros(2), LOW, HIGH) - squashed_log_prob(
        u, other, torch.ones(2), LOW, HIGH
    )
    torch.testing.assert_close(squashed, plain)


@pytest.mark.parametrize("policy", [GaussianPolicy(3, 2), SquashedGaussianPolicy(3, LOW.tolist(), HIGH.tolist())])
def test_policies_give_one_number_for_each_observation(policy):
    law = policy.distribution(torch.randn(7, 3))
    drawn = law.sample()
    assert drawn.shape == (7, 2)
    assert law.log_prob(drawn).shape == law.entropy().shape == (7,)
    (law.log_prob(drawn).sum() + law.entropy().sum()).backward()
    assert all(parameter.grad is not None for parameter in policy.parameters())


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(0, 2**32 - 1))
def test_running_moments_are_those_of_all_rows(counts, seed):
    rng = np.random.default_rng(seed)
    rows = rng.normal(rng.uniform(-50, 50), rng.uniform(0, 9), (sum(counts), 2))
    moments, start = RunningMoments(2), 0
    for count in counts:
        moments.update(rows[start : start + count])
        start += count
    np.testing.assert_allclose(moments.mean, rows.mean(axis=0), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(moments.var, rows.var(axis=0), rtol=1e-9, atol=1e-9)


def test_a_scaled_reward_is_the_same_whatever_the_unit():
    rng = np.random.default_rng(0)
    cents, euros = RewardScaler(4, 0.9), RewardScaler(4, 0.9)
    for _ in range(30):
        rewards, ended = rng.normal(1.0, 2.0, 4), rng.random(4) < 0.2
        np.testing.assert_allclose(cents(100 * rewards, ended), euros(rewards, ended), rtol=1e-4)


def test_an_evaluation_leaves_the_scaler_alone():
    scaler = ObservationScaler(2)
    scaler(np.arange(6.0).reshape(3, 2))
    first = scaler(np.array([[9.0, 9.0]]), update=False)
    np.testing.assert_array_equal(first, scaler(np.array([[9.0, 9.0]]), update=False))
    assert scaler.moments.count == 3


def all_wrapped() -> VectorEnv:
    return ScaledRewards(ScaledObservations(SquashedActions(Pendulum(3), np.array([-2.0]), np.array([2.0]))), 0.9)


def test_wrapped_environments_go_on_from_a_checkpoint_as_if_nothing_had_happened():
    def steps(env: VectorEnv, count: int, start: int) -> list[Step]:
        rngs = (np.random.default_rng(start + i) for i in range(count))
        return [env.step(rng.standard_normal((3, 1)).astype(np.float32)) for rng in rngs]

    one, other = all_wrapped(), all_wrapped()
    one.reset(5)
    steps(one, 150, 0)
    other.load_state_dict(one.state_dict())
    for left, right in zip(steps(one, 120, 999), steps(other, 120, 999), strict=True):
        for a, b in zip(left, right, strict=True):
            np.testing.assert_array_equal(a, b)


def test_squashed_actions_reach_the_pendulum_within_its_bounds_and_scaled_rewards_keep_the_true_returns():
    env = all_wrapped()
    env.reset(0)
    bare = Pendulum(3)
    bare.reset(0)
    total = np.zeros(3)
    u = np.full((3, 1), 0.7, dtype=np.float32)
    for _ in range(200):
        env.step(u)
        total += bare.step(2 * np.tanh(u)).rewards
    assert isinstance(env, ScaledRewards)
    assert env.episodes.count == 3
    np.testing.assert_allclose(list(env.episodes.last), total, rtol=1e-4)


@pytest.mark.parametrize("name", ["pendulum", "pendulum-squashed"])
def test_training_swings_the_pendulum_up_for_a_while_and_goes_on_from_a_checkpoint(name, tmp_path):
    run = made(name, seed=0, updates=3)
    run.update()
    run.save(tmp_path / "checkpoint.pt")
    resumed = made(name, seed=0, updates=3)
    resumed.load(tmp_path / "checkpoint.pt")
    first, second = run.update(), resumed.update()
    for key in ("approx_kl", "entropy", "explained_variance"):
        assert first[key] == second[key]
    returns = evaluated(name, run, episodes=4)
    assert returns.shape == (4,)
    assert (returns < 0).all()


def test_where_mujoco_is_missing_one_sentence_says_so(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "mujoco", None)
    with pytest.raises(ImportError, match=r"MuJoCo is not installed: pip install"):
        made("hopper", seed=0)
    found = CliRunner().invoke(train_continuous, ["--task", "hopper"])
    assert found.exit_code == 1
    assert "MuJoCo is not installed" in found.output


def test_the_command_trains_goes_on_and_says_what_came_of_it(tmp_path):
    def command(*options: str) -> str:
        found = CliRunner().invoke(train_continuous, ["--updates", "2", "--out", str(tmp_path), *options])
        assert found.exit_code == 0, found.output
        return found.output

    assert "2 updates, 0 episodes" in command()
    assert "2 updates, 0 episodes" in command("--resume")
    found = CliRunner().invoke(train_continuous, ["--updates", "3", "--out", str(tmp_path), "--resume"])
    assert found.exit_code == 1
    assert "was made with another updates" in found.output


@pytest.mark.skipif(find_spec("mujoco") is None or find_spec("gymnasium") is None, reason="the extra mujoco")
def test_a_robot_moves_and_goes_on_from_a_checkpoint():
    from curriculum.mujoco_env import MujocoEnv

    rng = np.random.default_rng(0)
    one, other = MujocoEnv("Hopper-v5", 2), MujocoEnv("Hopper-v5", 2)
    assert one.reset(3).shape == (2, one.observation_size)
    for _ in range(15):
        one.step(rng.uniform(-2, 2, (2, 3)))
    other.load_state_dict(one.state_dict())
    ends = 0
    for _ in range(90):
        actions = rng.uniform(-2, 2, (2, 3))
        left, right = one.step(actions), other.step(actions)
        for a, b in zip(left, right, strict=True):
            np.testing.assert_array_equal(a, b)
        ends += int(left.terminated.sum())
        fallen = left.terminated
        assert np.any(left.observations[fallen] != left.final_observations[fallen]) or not fallen.any()
        np.testing.assert_array_equal(left.observations[~fallen], left.final_observations[~fallen])
    assert ends > 0
    with pytest.raises(ValueError, match="not one of gymnasium's MuJoCo tasks"):
        MujocoEnv("CartPole-v1", 1)
    with pytest.raises(ValueError, match="gymnasium has no environment"):
        MujocoEnv("Hoper-v5", 1)

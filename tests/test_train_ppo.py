"""The plain PPO trainer: it learns, it can be stopped, and it says clearly what it cannot do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner, Result
from torch.nn.utils import parameters_to_vector

from curriculum.environments import CartPole
from curriculum.progressive.logs import read
from curriculum.rollouts import Episodes, Samples
from curriculum.train_ppo import PPO, Functions, PPOConfig, made, main, train

SMALL = PPOConfig(updates=6, steps=16, epochs=2, minibatches=2)


def weights(run: PPO) -> torch.Tensor:
    return parameters_to_vector(run.parameters).detach()


def command(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_it_solves_cartpole() -> None:
    torch.set_num_threads(1)
    run = made(CartPole(32), PPOConfig(seed=1))
    while run.updates < run.config.updates and not run.episodes.reached(475):
        record = run.update()
    assert run.episodes.reached(475)
    assert record["mean_return"] >= 475
    assert 0 < record["approx_kl"] < 0.1
    assert 0 <= record["clip_fraction"] < 0.5


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    through = train(made(CartPole(4), SMALL), tmp_path / "through", every=1)
    stopped = made(CartPole(4), SMALL)
    for _ in range(3):
        stopped.update()
    stopped.save(tmp_path / "checkpoint.pt")
    np.random.default_rng(0).random(5), torch.rand(5)  # whoever draws in between changes nothing
    resumed = train(made(CartPole(4), SMALL), tmp_path, resume=True, every=1)
    assert resumed.updates == 6
    assert torch.equal(weights(through), weights(resumed))
    assert list(through.episodes.last) == list(resumed.episodes.last)
    assert through.episodes.count == resumed.episodes.count
    records = list(read(tmp_path / "through" / "log.jsonl"))
    assert [record["update"] for record in records] == [1, 2, 3, 4, 5, 6]
    assert records[-1]["env_steps"] == 6 * 16 * 4


def test_the_same_seed_gives_the_same_run_and_another_one_another() -> None:
    runs = [made(CartPole(4), replace(SMALL, seed=seed)) for seed in (0, 0, 1)]
    for run in runs:
        run.update()
    first, again, other = map(weights, runs)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_checkpoint_of_another_run_is_refused(tmp_path: Path) -> None:
    made(CartPole(4), SMALL).save(tmp_path / "checkpoint.pt")
    with pytest.raises(ValueError, match="was made with another gamma"):
        made(CartPole(4), replace(SMALL, gamma=0.5)).load(tmp_path / "checkpoint.pt")


def test_the_functions_that_are_given_are_the_ones_that_are_used() -> None:
    called = []

    def silent(rewards: np.ndarray, *rest: object) -> np.ndarray:
        called.append(rewards.shape)
        return np.zeros_like(rewards)

    env = CartPole(4)
    template = made(env, SMALL)
    run = PPO(template.policy, template.value, env, replace(SMALL, normalize=False), Functions(gae=silent))
    before = parameters_to_vector(run.policy.parameters()).detach().clone()
    run.update()
    assert called == [(16, 4)]
    assert torch.equal(parameters_to_vector(run.policy.parameters()), before)  # no advantage, no lesson


def test_the_first_minibatch_has_the_policy_gradient() -> None:
    run = made(CartPole(4), SMALL)
    rollout = run.collect()
    advantages, values = run.advantages(rollout)
    batch = Samples.of(rollout, advantages, values)
    run.loss(batch).backward()
    found = torch.cat([parameter.grad.flatten() for parameter in run.policy.parameters()])
    for parameter in run.parameters:
        parameter.grad = None
    normalized = run.functions.normalize_advantages(batch.advantages)
    log_probs = run.policy.distribution(batch.observations).log_prob(batch.actions)
    (-(log_probs * normalized).mean()).backward()
    expected = torch.cat([parameter.grad.flatten() for parameter in run.policy.parameters()])
    torch.testing.assert_close(found, expected)
    assert expected.norm() > 1e-3


def test_samples_keep_what_belongs_together_together() -> None:
    run = made(CartPole(3), SMALL)
    rollout = run.collect()
    steps = np.arange(16 * 3).reshape(16, 3).astype(np.float32)
    samples = Samples.of(rollout, steps, 0 * steps)
    for number in (0, 1, 3, 47):
        t, env = divmod(number, 3)
        assert samples.advantages[number] == steps[t, env]
        assert samples.actions[number] == rollout.actions[t, env]
        np.testing.assert_array_equal(samples.observations[number], rollout.observations[t, env])
    chosen = samples.take(torch.tensor([5, 2]))
    assert chosen.returns.tolist() == [5.0, 2.0]


def test_returns_are_counted_until_an_episode_ends() -> None:
    episodes = Episodes(2)
    episodes.add(np.array([1.0, 2.0]), np.array([False, False]))
    assert np.isnan(episodes.mean)
    episodes.add(np.array([1.0, 3.0]), np.array([False, True]))
    episodes.add(np.array([1.0, 7.0]), np.array([True, False]))
    assert list(episodes.last) == [5.0, 3.0]
    assert episodes.mean == 4.0
    assert not episodes.reached(1.0)  # not before a hundred have ended
    episodes.add(np.zeros(2), np.array([False, True]))
    assert episodes.last[-1] == 7.0


def test_the_command_trains_logs_and_resumes(tmp_path: Path) -> None:
    options = ["--updates=4", "--steps=8", "--envs=4", "--epochs=1", f"--out={tmp_path}"]
    done = command(*options)
    assert done.exit_code == 0, done.output
    assert "after 4 updates" in done.output
    assert len(list(read(tmp_path / "log.jsonl"))) == 1
    again = command(*options, "--resume")
    assert "after 4 updates" in again.output
    other = command(*options, "--resume", "--gamma=0.5")
    assert other.exit_code == 1
    assert other.output.strip().endswith("was made with another gamma")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--minibatches=0"], "minibatches = 0; at least 1 is needed"),
        (["--gamma=2"], "gamma = 2.0 is not between 0 and 1"),
        (["--steps=3", "--envs=1"], "3 · 1 samples do not make 4 equal minibatches"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(options: list[str], sentence: str, tmp_path: Path) -> None:
    refused = command(*options, f"--out={tmp_path / 'new'}")
    assert refused.exit_code == 1
    assert refused.output.strip() == sentence

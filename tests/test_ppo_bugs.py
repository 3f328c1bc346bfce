"""The bugs are planted where they say, and each does what its number says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from curriculum import ppo_experiment
from curriculum.environments import CartPole
from curriculum.fast_ppo import FastPPO
from curriculum.ppo_bugs import BUGS, Bug, NextStepCartPole, planted
from curriculum.train_ppo import PPOConfig

SMALL = PPOConfig(updates=4, steps=8, epochs=2, minibatches=2)


def one_update(run: FastPPO) -> np.ndarray:
    for env in [run.env]:
        env.limit = 6  # type: ignore[attr-defined]  # so that the clock ends episodes in this short rollout
    run.flat += np.random.default_rng(0).normal(0, 0.1, run.flat.shape).astype(np.float32)
    for _ in range(2):
        run.update()
    return run.flat


def test_what_is_right_stays_right() -> None:
    here, there = planted(BUGS["right"], 8, SMALL), FastPPO(CartPole(8), SMALL)
    np.testing.assert_array_equal(one_update(here), one_update(there))


@pytest.mark.parametrize("name", [name for name in BUGS if name != "right"])
def test_every_bug_changes_what_is_learned(name: str) -> None:
    right = one_update(planted(BUGS["right"], 8, SMALL))
    wrong = one_update(planted(BUGS[name], 8, SMALL))
    if name == "reward_shifted":  # each reward of CartPole is 1: on it this bug is none
        np.testing.assert_array_equal(wrong, right)
    elif name in ("max_for_min", "no_clip"):  # may come to the same while no ratio is beyond the clip
        assert np.isfinite(wrong).all()
    else:
        assert np.abs(wrong - right).max() > 1e-4


def test_an_edit_that_fits_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="only 0 of 1 edits"):
        planted(Bug("gone", "", (("what never stood there", ""),)), 4, SMALL)


def test_truncation_as_termination_lowers_the_error_by_the_discounted_value() -> None:
    runs = [planted(BUGS[name], 8, SMALL) for name in ("right", "truncation")]
    for run in runs:
        run.env.limit = 6  # type: ignore[attr-defined]
    rollouts = [run.collect() for run in runs]
    (right, _), (wrong, _) = (run.advantages(rollout) for run, rollout in zip(runs, rollouts, strict=True))
    ended = rollouts[0].truncated
    led_to = runs[0].value.forward(rollouts[0].final_observations[ended])[:, 0]
    np.testing.assert_allclose(right[ended] - wrong[ended], SMALL.gamma * led_to, rtol=1e-4, atol=1e-5)


def test_the_next_step_starts_a_new_episode_with_no_reward() -> None:
    env = NextStepCartPole(1)
    env.reset(0)
    rewards, ends = [], []
    for _ in range(40):
        step = env.step(np.zeros(1, int))  # always to the left: falls soon
        rewards.append(step.rewards[0])
        ends.append(bool(step.terminated[0]))
        assert (step.observations == step.final_observations).all()
    after = np.flatnonzero(ends)[:-1] + 1
    assert len(after) >= 2
    assert (np.array(rewards)[after] == 0).all()
    assert np.sum(np.array(rewards) == 0) == len([i for i in np.flatnonzero(ends) if i + 1 < 40])


def test_the_command_keeps_what_was_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ppo_experiment, "PPOConfig", lambda seed=0: PPOConfig(updates=10, epochs=1, seed=seed))
    options = ["--seeds=1", "--bug=right", "--bug=truncation", f"--out={tmp_path / 'out.json'}", f"--kept={tmp_path}"]
    done = CliRunner().invoke(ppo_experiment.main, options)
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "out.json").read_text())
    assert set(found["bugs"]) == {"right", "truncation"}
    [run] = found["bugs"]["right"]["runs"]
    assert run["env_steps"] == [5 * 32 * 32, 10 * 32 * 32]
    (tmp_path / "right-0.json").write_text(json.dumps({**run, "value": -1.0}))
    CliRunner().invoke(ppo_experiment.main, options)
    assert json.loads((tmp_path / "out.json").read_text())["bugs"]["right"]["runs"][0]["value"] == -1.0

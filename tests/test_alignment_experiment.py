"""The comparison of six ways to a policy: what each run is, and what is written of it."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

import pytest
import torch
from click.testing import CliRunner

from curriculum import alignment_experiment, train_dpo, train_reward_model, train_rlhf, train_sft
from curriculum.alignment_experiment import CURVES, WAYS, Way, main
from curriculum.train_reward_model import RewardModelConfig
from curriculum.train_sft import SFTConfig


@pytest.fixture(autouse=True)
def small(monkeypatch, tmp_path):
    """Two updates of everything, on a few texts."""
    threads = torch.get_num_threads()
    for module in (train_sft, train_reward_model, train_dpo, train_rlhf):
        monkeypatch.setattr(module, "SFTConfig", partial(SFTConfig, updates=2))
    for module in (train_reward_model, train_dpo, train_rlhf):
        monkeypatch.setattr(module, "RewardModelConfig", partial(RewardModelConfig, pairs=32, held_out=16, updates=2))
    for name, value in {"UPDATES": 2, "EVERY": 2, "TEXTS": 16, "KEPT": tmp_path / "kept"}.items():
        monkeypatch.setattr(alignment_experiment, name, value)
    long = replace(alignment_experiment.LONG, updates=2, every=2, batch=8, measured=16)
    monkeypatch.setattr(alignment_experiment, "LONG", long)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("method", alignment_experiment.METHODS)
def test_every_way_starts_alike_and_reads_as_many_texts(method, tmp_path):
    training = Way(method, 0.3, 1e-3).training(0, tmp_path)
    same = train_sft.sft_model(alignment_experiment.PreferenceWorld(0), 0, tmp_path)
    policy = training.model if hasattr(training, "model") else training.policy
    for one, other in zip(policy.parameters(), same.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)
    config = training.config
    texts = {"dpo": lambda: 2 * config.batch, "ppo": lambda: config.batch}
    assert texts.get(method, lambda: config.prompts * config.group)() == 16
    assert (config.beta if method == "dpo" else config.kl_coef, config.learning_rate) == (0.3, 1e-3)
    assert {"gold", "proxy", "kl"} <= set(training.measured([]))


def test_the_command_writes_every_run_and_makes_none_twice(monkeypatch, tmp_path):
    monkeypatch.setattr(alignment_experiment, "WAYS", [Way("dpo", 0.1, 1e-3), Way("rloo", 0.1, 1e-3)])
    monkeypatch.setattr(alignment_experiment, "PRICES", (0.1,))
    options = ["--out", str(tmp_path / "out.json"), "--kept", str(tmp_path / "runs")]
    first = CliRunner().invoke(main, options)
    assert first.exit_code == 0, first.output
    monkeypatch.setattr(alignment_experiment, "measured", lambda *_: pytest.fail("a run was made twice"))
    again = CliRunner().invoke(main, options)
    assert again.exit_code == 0, again.output
    result = json.loads((tmp_path / "out.json").read_text())
    assert set(result["runs"]) == {"dpo at 0.1, rate 0.001", "rloo at 0.1, rate 0.001"}
    for runs in (*result["runs"].values(), *result["long"].values()):
        assert list(runs) == ["0", "1", "2"]
        assert all(set(CURVES) <= set(run) and run["update"] == [0, 2] for run in runs.values())


def test_no_two_ways_have_one_name():
    assert len({way.name for way in WAYS}) == len(WAYS)

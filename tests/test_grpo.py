"""Learning from groups: the functions, the loop, the trainer with its methods, and the experiment."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum import grpo_experiment
from curriculum.gpt import GPT, GPTConfig
from curriculum.grpo import grpo_advantages, grpo_loss, rloo_advantages
from curriculum.ppo import clipped_surrogate
from curriculum.rlvr import train
from curriculum.text_rl import completion_mask, reinforce_loss
from curriculum.text_tasks import EOS, PAD, TASKS
from curriculum.train_grpo import GRPO, METHODS, GRPOConfig, RLVRConfig, main, rlvr
from curriculum.trainer import run

TINY = RLVRConfig(
    task="even", imitated=0, updates=4, prompts=3, group=4, every=2, measured=8, n_layer=1, n_head=2, d_model=16,
    partial_credit=1.0,
)  # fmt: skip


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


groups = st.tuples(st.integers(1, 4), st.integers(2, 6), st.integers(0, 2**31))


def drawn(prompts: int, group: int, seed: int) -> torch.Tensor:
    return torch.randn(prompts * group, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@given(groups)
@settings(max_examples=30, deadline=None)
def test_advantages_of_a_group_add_up_to_nothing_and_rloo_is_the_centred_reward_enlarged(size):
    rewards, group = drawn(*size), size[1]
    centred = grpo_advantages(rewards, group, by_std=False)
    torch.testing.assert_close(centred.reshape(-1, group).sum(1), torch.zeros(size[0], dtype=torch.float64))
    torch.testing.assert_close(rloo_advantages(rewards, group), centred * group / (group - 1))
    assert (grpo_advantages(rewards, group).sign() == centred.sign()).all()


@given(st.integers(2, 17), st.floats(-100, 100, width=32))
@settings(max_examples=60, deadline=None)
def test_equal_rewards_give_exactly_nothing(group, reward):
    for by_std in (True, False):
        assert not grpo_advantages(torch.full((3 * group,), reward), group, by_std).any()


def test_one_success_of_eight():
    rewards = torch.tensor([0.0, 0, 1, 0, 0, 0, 0, 0])
    assert grpo_advantages(rewards, 8)[2].item() == pytest.approx(2.475, abs=1e-3)


def batch(seed: int = 0) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    mask = torch.arange(7) < torch.tensor([[7], [3], [1], [0]])
    old, new, ref = (-torch.rand(4, 7, generator=generator) for _ in range(3))
    return {
        "log_probs": new,
        "old_log_probs": old,
        "advantages": torch.randn(4, generator=generator),
        "mask": mask,
        "ref": ref,
    }


def test_averaged_over_tokens_it_is_ppos_surrogate():
    case = batch()
    mask, each = case["mask"], case["advantages"][:, None].expand(4, 7)
    expected = clipped_surrogate(case["log_probs"][mask], case["old_log_probs"][mask], each[mask], 0.2)
    del case["ref"]
    torch.testing.assert_close(grpo_loss(**case, aggregation="token"), expected)


def test_on_fresh_texts_the_constant_one_gives_the_gradient_of_reinforce():
    case = batch()
    del case["ref"]
    case["old_log_probs"] = case["log_probs"].clone()
    case["log_probs"].requires_grad_()
    [slope] = torch.autograd.grad(grpo_loss(**case, aggregation="constant"), case["log_probs"])
    [right] = torch.autograd.grad(
        reinforce_loss(case["log_probs"], case["advantages"], case["mask"]), case["log_probs"]
    )
    torch.testing.assert_close(slope, right)


def test_the_penalty_is_never_negative_and_nothing_at_the_reference():
    case = batch()
    ref = case.pop("ref")
    case["advantages"] = torch.zeros(4)
    assert grpo_loss(**case, ref_log_probs=ref, kl_coef=1.0) > 0
    assert grpo_loss(**case, ref_log_probs=case["log_probs"], kl_coef=1.0) == 0


def test_the_loop_learns_to_write_even_numbers():
    task = TASKS["even"]
    torch.manual_seed(0)
    model = GPT(GPTConfig(len(task.vocabulary), 16, 1, 2, 32))
    log = train(model, torch.optim.Adam(model.parameters(), lr=5e-3), task, 25, 8, 8, 15, EOS)
    assert log[-1]["reward"] > log[0]["reward"] + 0.2
    assert log[0]["kl"] == 0 < log[-1]["kl"]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_learns(method):
    config = replace(TINY, method=method, updates=20, prompts=8, group=8, learning_rate=5e-3, every=20, measured=100)
    records: list = []
    rlvr(config, pytest.fail).train(records.append)
    assert records[-1]["reward"] > records[0]["reward"] + 0.1
    assert records[-1]["samples"] == 20 * 64


@pytest.mark.parametrize("method", METHODS)
def test_a_price_keeps_the_policy_near_its_start(method):
    ends = []
    for kl_coef in (0.0, 2.0):
        config = replace(TINY, method=method, kl_coef=kl_coef, updates=15, prompts=8, group=8, learning_rate=5e-3)
        records: list = []
        rlvr(replace(config, every=15, measured=100), lambda finding: None).train(records.append)
        ends.append(records[-1]["kl"])
    assert ends[1] < 0.5 * ends[0]


def test_texts_stand_in_groups_and_end_with_their_eos():
    training = rlvr(replace(TINY, task="sum"))
    tokens = training.written(5, 4, purpose=0)
    length = training.world.prompt_length
    prompts = tokens[:, :length].reshape(5, 4, length)
    assert (prompts == prompts[:, :1]).all() and len({tuple(p[0].tolist()) for p in prompts}) > 1
    said = completion_mask(tokens, length, EOS)[:, length - 1 :]
    assert (tokens[:, length:][~said] == PAD).all()


def test_a_constant_reward_moves_nothing_and_is_named():
    found: list = []
    config = replace(TINY, updates=20, every=20)
    training = rlvr(config, found.append, lambda tokens: torch.ones(len(tokens)))
    before = [parameter.clone() for parameter in training.model.parameters()]
    records: list = []
    training.train(records.append)
    assert all(map(torch.equal, before, training.model.parameters()))
    assert records[-1]["silent"] == 1 and records[-1]["kl"] == 0
    assert [finding.name for finding in found] == ["no_signal"]


def test_a_reward_of_the_prompt_alone_is_named():
    found: list = []
    config = replace(TINY, task="sum", updates=20, every=20)
    rlvr(config, found.append, lambda tokens: (tokens[:, 1] % 10).float()).train(lambda record: None)
    assert "no_comparison" in [finding.name for finding in found]


def test_a_stopped_run_goes_on_as_if_it_had_not_been(tmp_path):
    whole, parts = rlvr(TINY), rlvr(replace(TINY, updates=2))
    run(whole, tmp_path / "whole", False, "")
    run(parts, tmp_path / "parts", False, "")
    rest = rlvr(TINY)
    run(rest, tmp_path / "parts", True, "")
    for mine, its in zip(whole.model.parameters(), rest.model.parameters(), strict=True):
        assert torch.equal(mine, its)
    with pytest.raises(ValueError, match="another method"):
        rlvr(replace(TINY, method="rloo")).load(tmp_path / "parts" / "checkpoint.pt")


def test_any_world_and_any_reward():
    class World:
        prompt_length, completion_length = 2, 3

        def prompts(self, batch):
            return torch.randint(3, 9, (batch, 2))

        def decode(self, tokens):
            return str(tokens.tolist())

    torch.manual_seed(0)
    model = GPT(GPTConfig(9, 5, 1, 2, 16))
    config = GRPOConfig(updates=2, prompts=2, group=2, every=1, measured=4)
    records: list = []
    GRPO(config, model, World(), lambda tokens: (tokens[:, 2:] == 5).float().mean(1)).train(records.append)
    assert [record["samples"] for record in records] == [0, 4, 8] and "reward" in records[0]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"method": "ppo"}, "there is no method"),
        ({"group": 1}, "nothing to be compared"),
        ({"task": "chess"}, "there is no task"),
        ({"epochs": 0}, "epochs must be at least 1"),
    ],
)
def test_a_wrong_configuration_is_refused(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        replace(TINY, **wrong)


def test_the_command_trains_and_tells(tmp_path):
    options = "--task even --imitated 0 --updates 2 --every 1 --prompts 2 --group 2 --measured 4"
    small = "--n-layer 1 --n-head 2 --d-model 16"
    result = CliRunner().invoke(main, [*options.split(), *small.split(), "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "after 8 samples" in result.output


def test_the_experiment_keeps_its_runs(tmp_path, monkeypatch):
    tiny = {"small": (TINY, None), "nothing": (TINY, lambda tokens: torch.ones(len(tokens)))}
    monkeypatch.setattr(grpo_experiment, "RUNS", tiny)
    arguments = ["--seeds", "1", "--out", str(tmp_path / "grpo.json"), "--kept", str(tmp_path / "kept")]
    for _ in range(2):
        result = CliRunner().invoke(grpo_experiment.main, arguments)
        assert result.exit_code == 0, result.output
    written = json.loads((tmp_path / "grpo.json").read_text())
    assert list(written["runs"]) == ["small", "nothing"]
    assert np.isfinite(written["runs"]["small"]["0"]["solved"]).all()

"""Direct preference optimisation: the functions, the step, and the trainer."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from functools import partial

import pytest
import torch
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum import train_dpo, train_reward_model
from curriculum.dpo import dpo_loss, implicit_rewards, optimal_policy, preference_numbers, sequence_log_prob
from curriculum.dpo_step import pair_log_probs, preference_step
from curriculum.gpt import GPT, GPTConfig
from curriculum.preference_world import PreferenceWorld
from curriculum.preferences import bradley_terry_loss
from curriculum.text_ppo import frozen_copy
from curriculum.train_dpo import DPO, DPOConfig, PreferencesConfig, as_pairs, main
from curriculum.train_reward_model import Comparisons, RewardModelConfig, comparisons
from curriculum.train_sft import SFTConfig
from curriculum.trainer import run

WORLD = PreferenceWorld()
TINY = DPOConfig(updates=4, batch=8, measured=16, every=2)


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def tables(seed: int, prompts: int, completions: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    drawn = (torch.randn(prompts, completions, generator=generator, dtype=torch.float64) for _ in range(2))
    ref, rewards = drawn
    return ref.log_softmax(dim=1), rewards


sizes = st.integers(1, 6)
prices = st.floats(0.05, 5.0)


@given(st.integers(0, 2**31), sizes, sizes, prices)
@settings(max_examples=40, deadline=None)
def test_no_other_policy_does_better_than_the_best(seed, prompts, completions, beta):
    ref, rewards = tables(seed, prompts, completions)
    best, worth = optimal_policy(ref, rewards, beta)

    def objective(log_p):
        return (log_p.exp() * (rewards - beta * (log_p - ref))).sum(dim=1)

    torch.testing.assert_close(objective(best), worth)
    other = (best + 0.5 * torch.randn(best.shape, generator=torch.Generator().manual_seed(seed))).log_softmax(dim=1)
    assert (objective(other) <= worth + 1e-9).all()


@given(st.integers(0, 2**31), sizes, sizes, prices)
@settings(max_examples=40, deadline=None)
def test_the_best_policys_implicit_rewards_are_the_rewards_but_for_the_prompts_part(seed, prompts, completions, beta):
    ref, rewards = tables(seed, prompts, completions)
    best, worth = optimal_policy(ref, rewards, beta)
    torch.testing.assert_close(implicit_rewards(best, ref, beta) + worth[:, None], rewards, rtol=1e-7, atol=1e-7)


def log_probs(seed: int, pairs: int = 5) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [-20 * torch.rand(pairs, generator=generator, dtype=torch.float64) for _ in range(4)]


def test_the_loss_is_bradley_terrys_with_implicit_rewards_as_scores():
    chosen, rejected, ref_chosen, ref_rejected = log_probs(0)
    scores = implicit_rewards(chosen, ref_chosen, 0.3), implicit_rewards(rejected, ref_rejected, 0.3)
    torch.testing.assert_close(dpo_loss(chosen, rejected, ref_chosen, ref_rejected, 0.3), bradley_terry_loss(*scores))


def test_the_loss_begins_at_ln_2_with_a_gradient_of_half_beta():
    chosen, rejected, _, _ = (value.requires_grad_() for value in log_probs(1))
    loss = dpo_loss(chosen, rejected, chosen.detach(), rejected.detach(), 0.4)
    loss.backward()
    assert loss.item() == pytest.approx(math.log(2))
    torch.testing.assert_close(5 * chosen.grad, torch.full_like(chosen, -0.2))
    torch.testing.assert_close(5 * rejected.grad, torch.full_like(rejected, 0.2))


def test_the_numbers_of_pairs_fit_together():
    found = preference_numbers(*log_probs(2), 0.3)
    assert found["margin"] == pytest.approx(found["chosen_reward"] - found["rejected_reward"])
    assert found["accuracy"] in {share / 5 for share in range(6)}
    texts = log_probs(3)[:2]
    assert preference_numbers(*texts, *texts, 0.3)["accuracy"] == 0.5


def test_what_stands_at_pads_reaches_no_log_prob_and_no_gradient():
    mask = torch.tensor([[False, True, True], [True, False, False]])
    values = torch.where(mask, -1.0, math.nan).requires_grad_()
    found = sequence_log_prob(values, mask)
    found.sum().backward()
    assert found.tolist() == [-2.0, -1.0]
    assert torch.equal(values.grad, mask.float())


def small_model(seed: int = 0) -> GPT:
    torch.manual_seed(seed)
    return GPT(GPTConfig(len(WORLD.vocabulary), 20, n_layer=1, n_head=2, d_model=16)).eval()


def told(pairs: int = 32) -> Comparisons:
    return comparisons(WORLD, small_model(), pairs, torch.Generator().manual_seed(0))


def test_pairs_are_chosen_and_rejected_with_masks_of_their_own():
    found = told()
    pairs = as_pairs(WORLD, found)
    first_chosen = (pairs["chosen"] == found.first).all(dim=1)
    assert torch.equal(first_chosen, found.first_preferred | (found.first == found.second).all(dim=1))
    for side in ("chosen", "rejected"):
        assert pairs[f"{side}_mask"].any(dim=1).all()
        assert (pairs[side][:, 1:][~pairs[f"{side}_mask"]][:, None] != 2).all()  # no EOS outside of the completion


def test_a_step_makes_the_loss_of_its_pairs_smaller_and_leaves_the_reference():
    policy = small_model()
    reference = frozen_copy(policy)
    pairs = as_pairs(WORLD, told())
    optimizer = torch.optim.SGD(policy.parameters(), lr=0.05)
    losses = [preference_step(policy, reference, optimizer, pairs, 0.1)["loss"] for _ in range(4)]
    assert losses[0] == pytest.approx(math.log(2))
    assert losses == sorted(losses, reverse=True)
    for one, other in zip(reference.parameters(), small_model().parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


def test_texts_of_the_reference_become_less_likely_on_the_whole():
    policy, beta = small_model(), 0.1
    training = DPO(replace(TINY, updates=30, beta=beta, batch=64), policy, told(200), told(200), WORLD, lambda _: {})
    training.train(log=lambda record: None)
    torch.manual_seed(5)
    texts = as_pairs(WORLD, comparisons(WORLD, training.reference, 400))
    with torch.no_grad():
        now, then = (pair_log_probs(model, texts) for model in (training.policy, training.reference))
    # Their mean is −KL(reference ‖ policy), up to what 800 texts can tell.
    assert torch.cat([now[0] - then[0], now[1] - then[1]]).mean() < 0


def trainer(config: DPOConfig = TINY) -> DPO:
    return DPO(
        config, small_model(), told(), told(16), WORLD, lambda tokens: {"gold": WORLD.gold(tokens).mean().item()}
    )


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path):
    whole, stopped, resumed = trainer(), trainer(replace(TINY, updates=2)), trainer()
    run(whole, tmp_path / "whole", False, "DPO")
    run(stopped, tmp_path / "stopped", False, "DPO")
    run(resumed, tmp_path / "stopped", True, "DPO")
    for one, other in zip(whole.policy.parameters(), resumed.policy.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)
    logs = [
        [{**json.loads(line), "time": 0, "seconds": 0} for line in (tmp_path / name / "log.jsonl").open()]
        for name in ("whole", "stopped")
    ]
    assert logs[0] == logs[1]
    assert [record["update"] for record in logs[0]] == [0, 2, 4]


def test_at_the_start_nothing_is_known_of_new_comparisons():
    first = trainer().measured([])
    assert (first["kl"], first["held_out_accuracy"], first["chosen_log_ratio"]) == (0.0, 0.5, 0.0)
    assert first["held_out_loss"] == pytest.approx(math.log(2), abs=1e-4)


def test_the_gold_reward_does_not_reach_the_training(monkeypatch, tmp_path):
    config = PreferencesConfig(updates=2, batch=4, measured=8, every=2, n_layer=1, n_head=2, d_model=16)
    assert "gold" not in trainer(config).update()
    silent = trainer()
    monkeypatch.setattr(PreferenceWorld, "gold", lambda *_: pytest.fail("the gold reward was asked for"))
    silent.update()


@pytest.mark.parametrize(
    ("options", "words"),
    [(["--beta", "0"], "beta must be above 0"), (["--batch", "0"], "batch must be at least 1")],
)
def test_bad_input_gets_one_sentence(options, words, tmp_path):
    found = CliRunner().invoke(main, [*options, "--out", str(tmp_path), "--kept", str(tmp_path)])
    assert found.exit_code == 1
    assert words in str(found.exception) and "\n" not in str(found.exception)


def test_the_command_trains_and_says_what_came_of_it(monkeypatch, tmp_path):
    for module in (train_dpo, train_reward_model):
        monkeypatch.setattr(module, "SFTConfig", partial(SFTConfig, updates=2))
    monkeypatch.setattr(train_dpo, "RewardModelConfig", partial(RewardModelConfig, pairs=16, held_out=8))
    options = "--updates 2 --batch 4 --measured 8 --every 1 --n-layer 1 --n-head 2 --d-model 16".split()
    found = CliRunner().invoke(main, [*options, "--out", str(tmp_path / "run"), "--kept", str(tmp_path / "kept")])
    assert found.exit_code == 0, found.output
    assert "after 2 updates" in found.output and "nats from the start" in found.output

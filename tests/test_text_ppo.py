"""PPO for text: rewards and advantages of tokens, the batch, the update, and the trainer."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum.advantages import gae
from curriculum.gpt import GPT, GPTConfig
from curriculum.text_advantages import token_advantages, token_rewards, whiten
from curriculum.text_ppo import experience, frozen_copy, update
from curriculum.text_rl import completion_mask
from curriculum.text_tasks import EOS, TASKS
from curriculum.train_reinforce import Training
from curriculum.train_text_ppo import TextActorCritic, TextPPO, TextPPOConfig, main
from curriculum.trainer import run

TINY = TextPPOConfig(
    "even", imitated=0, updates=4, batch=8, every=2, n_layer=1, n_head=2, d_model=16, partial_credit=1.0
)
PROMPT, TIME = 2, 7


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def masks(lengths: list[int]) -> torch.Tensor:
    """A mask (batch, TIME) whose texts keep so many tokens behind their prompts."""
    columns = torch.arange(TIME)
    return (columns >= PROMPT - 1) & (columns < PROMPT - 1 + torch.tensor(lengths)[:, None])


lengths = st.lists(st.integers(1, TIME - PROMPT + 1), min_size=1, max_size=5)


@given(lengths, st.floats(0.0, 2.0), st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_the_rewards_of_a_text_add_up_to_its_score_less_the_price_of_its_distance(found, kl_coef, seed):
    generator = torch.Generator().manual_seed(seed)
    mask = masks(found)
    scores = torch.randn(len(mask), generator=generator)
    log_probs, ref = (-torch.rand(mask.shape, generator=generator) for _ in range(2))
    rewards = token_rewards(scores, log_probs, ref, mask, kl_coef)
    distance = torch.stack([(log_probs[i] - ref[i])[mask[i]].sum() for i in range(len(mask))])
    torch.testing.assert_close(rewards.sum(1), scores - kl_coef * distance)


@given(lengths, st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_the_advantages_of_a_text_are_those_of_an_episode_that_terminates(found, gamma, lam, seed):
    generator = torch.Generator().manual_seed(seed)
    mask = masks(found)
    rewards, values = (torch.randn(mask.shape, generator=generator, dtype=torch.float64) for _ in range(2))
    got = token_advantages(rewards, values, mask, gamma, lam)
    for row, keep in enumerate(mask):
        r, v = (x[row][keep].numpy()[:, None] for x in (rewards, values))
        ends = np.arange(len(r))[:, None] == len(r) - 1
        following = np.vstack([v[1:], [[100.0]]])  # what stands behind the end has no say
        expected = gae(r, v, following, ends, np.zeros_like(ends), gamma, lam)
        np.testing.assert_allclose(got[row][keep].numpy(), expected[:, 0], rtol=1e-9, atol=1e-9)
        assert not got[row][~keep].any()


def test_what_stands_at_pads_reaches_neither_rewards_nor_advantages():
    mask = masks([3, 6])
    nan = torch.where(mask, 1.0, math.nan)
    rewards = token_rewards(torch.ones(2), -nan, -2 * nan, mask, 0.1)
    advantages = token_advantages(torch.where(mask, rewards, math.nan), nan, mask, 0.9, 0.9)
    for found in (rewards, advantages, whiten(torch.where(mask, advantages, math.nan), mask)):
        assert found.isfinite().all() and not found[~mask].any()


def small_model(seed: int = 0) -> TextActorCritic:
    torch.manual_seed(seed)
    return TextActorCritic(GPT(GPTConfig(vocab_size=60, context=16, n_layer=1, n_head=2, d_model=16)))


def a_batch(model: TextActorCritic, kl_coef: float = 0.1):
    tokens = torch.randint(0, 60, (6, 9), generator=torch.Generator().manual_seed(1))
    tokens[0, 4] = EOS
    mask = completion_mask(tokens, 2, EOS)
    return experience(model, frozen_copy(model), tokens, mask, torch.linspace(0, 1, 6), kl_coef)


def test_the_start_is_at_no_distance_from_itself_and_stays_where_it_was():
    model = small_model()
    reference = frozen_copy(model)
    assert a_batch(model)["kl"].abs().max() == 0.0
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.1 * torch.randn_like(parameter)
    batch = a_batch(model)
    moved = experience(model, reference, batch["tokens"], batch["mask"], torch.zeros(6), 0.1)
    assert moved["kl"].abs().min() > 0.0


def test_the_first_step_has_ratio_one_and_later_ones_have_not():
    model = small_model()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    told = update(model, optimizer, a_batch(model), [torch.arange(6)] * 3)
    assert told[0]["clip_fraction"] == 0.0 and abs(told[0]["kl"]) < 1e-6
    assert told[2]["kl"] > 1e-4


def test_the_first_step_goes_along_the_policy_gradient():
    model, twin = small_model(), small_model()
    batch = a_batch(model)
    update(model, torch.optim.SGD(model.parameters(), lr=1.0), batch, [torch.arange(6)], value_coef=0.0)
    log_p = twin(batch["tokens"])[0][:, :-1].log_softmax(-1).gather(-1, batch["tokens"][:, 1:, None]).squeeze(-1)
    (-(batch["advantages"] * log_p)[batch["mask"]].mean()).backward()
    for moved, before in zip(model.parameters(), twin.parameters(), strict=True):
        slope = torch.zeros_like(before) if before.grad is None else before.grad
        torch.testing.assert_close(moved, before.detach() - slope, rtol=1e-4, atol=1e-6)


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path):
    whole, stopped, resumed = TextPPO(TINY), TextPPO(replace(TINY, updates=2)), TextPPO(TINY)
    run(whole, tmp_path / "whole", False, "even")
    run(stopped, tmp_path / "stopped", False, "even")
    run(resumed, tmp_path / "stopped", True, "even")
    for one, other in zip(whole.model.parameters(), resumed.model.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)
    logs = [
        [{**json.loads(line), "time": 0, "seconds": 0} for line in (tmp_path / name / "log.jsonl").open()]
        for name in ("whole", "stopped")
    ]
    assert logs[0] == logs[1]
    assert [record["update"] for record in logs[0]] == [0, 2, 4]


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    run(TextPPO(replace(TINY, updates=1)), tmp_path, False, "even")
    with pytest.raises(ValueError, match="made with another kl_coef"):
        run(TextPPO(replace(TINY, kl_coef=0.5)), tmp_path, True, "even")


def test_it_starts_where_reinforce_does():
    config = replace(TINY, imitated=2)
    start = Training(config.start())
    start.begin()
    for one, other in zip(start.model.parameters(), TextPPO(config).model.gpt.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


def test_an_easy_task_is_learned_and_a_price_keeps_the_policy_nearer():
    config = TextPPOConfig(
        "even", imitated=0, partial_credit=1.0, batch=64, updates=16, learning_rate=2e-3, kl_coef=0.0
    )
    ends = {}
    for kl_coef in (0.0, 0.2):
        records: list[dict[str, float]] = []
        TextPPO(replace(config, kl_coef=kl_coef)).train(records.append)
        ends[kl_coef] = records[-1]
    assert ends[0.0]["reward"] > 0.6 > 0.45 > records[0]["reward"]
    assert ends[0.2]["kl"] < 0.5 * ends[0.0]["kl"]


def test_written_texts_end_at_their_eos():
    training = TextPPO(TINY)
    tokens = training.written(64, purpose=0)
    kept = completion_mask(tokens, TASKS["even"].prompt_length, EOS)
    assert (tokens[:, 1:][~kept] == 0).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--task", "poems"], "there is no task 'poems'; there are even, copy"),
        (["--batch", "2", "--minibatches", "4"], "2 texts cannot be cut into 4 minibatches"),
        (["--epochs", "0"], "epochs must be at least 1"),
    ],
)
def test_bad_input_gets_one_sentence(options, words, tmp_path):
    found = CliRunner().invoke(main, [*options, "--out", str(tmp_path)])
    assert found.exit_code == 1
    assert words in str(found.exception) and "\n" not in str(found.exception)


def test_the_command_trains_and_says_what_came_of_it(tmp_path):
    options = "--task even --imitated 0 --updates 2 --batch 8 --every 1 --n-layer 1 --n-head 2 --d-model 16".split()
    found = CliRunner().invoke(main, [*options, "--out", str(tmp_path)])
    assert found.exit_code == 0, found.output
    assert "after 2 updates" in found.output and "nats from the start" in found.output

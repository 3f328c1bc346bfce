"""From preferences to a reward: the world, the losses, the reward model and its trainers."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace
from functools import partial

import pytest
import torch
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum import reward_model_experiment, train_reward_model, train_sft
from curriculum.gpt import GPT, GPTConfig, next_token_loss
from curriculum.preference_world import FIRST_LETTER, SUCCESSORS, PreferenceWorld
from curriculum.preferences import (
    accuracy,
    bradley_terry_loss,
    calibration,
    last_token_scores,
    preference_pairs,
    sft_loss,
)
from curriculum.reward_model import RewardModel
from curriculum.text_rl import completion_mask
from curriculum.text_tasks import BOS, EOS, PAD
from curriculum.train_reward_model import (
    RewardModelConfig,
    RewardTraining,
    comparisons,
    reward_training,
    trained_reward_model,
)
from curriculum.train_sft import SFT, SFTConfig, sft_model
from curriculum.trainer import run

WORLD = PreferenceWorld(prompt_length=3, completion_length=8)
TINY = {"n_layer": 1, "n_head": 2, "d_model": 16}
IMITATES = SFTConfig(updates=4, batch=8, every=2, **TINY)
COMPARES = RewardModelConfig(pairs=24, held_out=8, updates=4, batch=8, every=2, **TINY)


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def fresh_model(world: PreferenceWorld = WORLD) -> GPT:
    torch.manual_seed(0)
    context = world.prompt_length + world.completion_length
    return GPT(GPTConfig(len(world.vocabulary), context, **TINY))


# --- the world


def test_a_demonstration_is_a_text_of_the_language():
    world = PreferenceWorld()
    tokens = world.demonstrations(world.prompts(200))
    assert tokens.shape == (200, world.prompt_length + world.completion_length) and tokens.dtype == torch.int64
    assert 16 <= tokens.shape[1] <= 20 and len(world.vocabulary) == 32
    for row in tokens.tolist():
        end = row.index(EOS) if EOS in row else len(row)
        assert row[0] == BOS and all(token == PAD for token in row[end + 1 :])
        letters = row[1:end]
        assert min(letters) >= FIRST_LETTER
        for before, after in itertools.pairwise(letters):
            assert world.chain[before - FIRST_LETTER, after - FIRST_LETTER] > 0
    assert {EOS in row for row in tokens.tolist()} == {True, False}


def test_each_letter_has_its_successors_and_a_world_is_made_by_its_seed():
    world, same, other = PreferenceWorld(), PreferenceWorld(), PreferenceWorld(seed=1)
    assert ((world.chain > 0).sum(1) == SUCCESSORS).all()
    torch.testing.assert_close(world.chain.sum(1), torch.ones(len(world.chain)))
    assert torch.equal(world.chain, same.chain) and torch.equal(world.worth, same.worth)
    assert not torch.equal(world.chain, other.chain) and not torch.equal(world.worth, other.worth)


def test_the_gold_reward_is_what_its_definition_says():
    world = PreferenceWorld()
    a = FIRST_LETTER
    b = FIRST_LETTER + int(world.chain[0].argmax())
    stranger = FIRST_LETTER + next(i for i in range(1, 29) if world.chain[b - FIRST_LETTER, i] == 0)
    prompt = [BOS, a, b, a]
    room = world.completion_length
    texts = [
        ([b, EOS], world.worth[b]),
        ([b, stranger, EOS], world.worth[b] + world.worth[stranger] - 1.0),
        ([b, b, b, b, EOS], 2 * world.worth[b] - 3.0 - 1.0 - 2.0),  # three slips; the third b and the fourth
        ([BOS, EOS], torch.tensor(-1.0)),
        ([b, PAD, EOS], world.worth[b] - 1.0),
        ([EOS, b, b], torch.tensor(0.0)),  # what is behind the EOS was never said
    ]
    tokens = torch.tensor([prompt + text + [PAD] * (room - len(text)) for text, _ in texts])
    torch.testing.assert_close(world.gold(tokens), torch.stack([gold for _, gold in texts]))


def test_preferences_are_drawn_from_bradley_and_terry():
    world = PreferenceWorld()
    prompts = world.prompts(1, torch.Generator().manual_seed(0)).expand(20_000, -1)
    generator = torch.Generator().manual_seed(1)
    [first, second] = world.demonstrations(prompts[:2], generator)
    first, second = first.expand(20_000, -1), second.expand(20_000, -1)
    share = world.prefers(first, second, generator).float().mean()
    expected = torch.sigmoid(world.gold(first[:1]) - world.gold(second[:1])).item()
    assert abs(share - expected) < 6 * math.sqrt(expected * (1 - expected) / 20_000)


def test_what_a_model_writes_ends_at_its_eos():
    tokens = WORLD.written(fresh_model(), WORLD.prompts(200))
    mask = completion_mask(tokens, WORLD.prompt_length, EOS)
    assert tokens.shape == (200, 11)
    assert (tokens[:, WORLD.prompt_length :][~mask[:, WORLD.prompt_length - 1 :]] == PAD).all()
    assert not mask.all() and (tokens[:, 1:][mask] == EOS).sum() > 20


def test_a_text_is_shown_without_its_pads():
    world = PreferenceWorld()
    assert world.decode(torch.tensor([BOS, FIRST_LETTER, FIRST_LETTER + 1, EOS, PAD])) == "ab."


# --- the functions


def test_the_loss_of_imitation_is_the_next_token_loss_of_the_completion():
    logits, tokens = torch.randn(3, 6, 9), torch.randint(9, (3, 6))
    mask = torch.rand(3, 5) < 0.5
    aligned = torch.cat([torch.zeros(3, 1, dtype=torch.bool), mask], dim=1)
    torch.testing.assert_close(sft_loss(logits, tokens, mask), next_token_loss(logits, tokens, aligned))


def test_what_is_not_kept_reaches_neither_loss_nor_gradient():
    logits, tokens = torch.randn(2, 4, 5), torch.randint(5, (2, 4))
    mask = torch.tensor([[False, True, True], [False, False, True]])
    logits[:, 0] = logits[:, 3] = math.nan
    logits.requires_grad_()
    loss = sft_loss(logits, tokens, mask)
    loss.backward()
    assert loss.isfinite() and logits.grad.isfinite().all() and not logits.grad[:, (0, 3)].any()


scores = st.lists(st.floats(-50, 50, width=32), min_size=1, max_size=8)


@given(scores, st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_both_orders_of_a_pair_have_together_probability_one(found, seed):
    a = torch.tensor(found, dtype=torch.float64)
    b = torch.randn(len(a), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    for x, y in zip(a, b, strict=True):
        both = [(-bradley_terry_loss(*pair)).exp() for pair in ((x[None], y[None]), (y[None], x[None]))]
        torch.testing.assert_close(sum(both), torch.ones((), dtype=torch.float64))
    assert accuracy(a, b) + accuracy(b, a) == pytest.approx(1.0)


@given(st.lists(st.tuples(st.floats(-9, 9), st.booleans()), min_size=1, max_size=30), st.integers(1, 12))
@settings(max_examples=40, deadline=None)
def test_the_bins_hold_every_pair_once(pairs, bins):
    difference = torch.tensor([pair[0] for pair in pairs])
    answers = torch.tensor([pair[1] for pair in pairs])
    predicted, preferred, count = calibration(difference, torch.zeros(len(pairs)), answers, bins)
    assert count.sum() == len(pairs)
    filled = count > 0
    assert torch.equal(predicted.isnan(), ~filled) and torch.equal(preferred.isnan(), ~filled)
    torch.testing.assert_close((preferred * count)[filled].sum(), answers.double().sum())
    edges = torch.arange(bins) / bins
    assert (predicted[filled] >= edges[filled] - 1e-6).all()
    assert (predicted[filled] <= edges[filled] + 1 / bins + 1e-6).all()


def test_a_perfectly_calibrated_reader_lies_on_the_diagonal():
    world = PreferenceWorld()
    generator = torch.Generator().manual_seed(0)
    prompts = world.prompts(6000, generator)
    first, second = (world.demonstrations(prompts, generator) for _ in range(2))
    answers = world.prefers(first, second, generator)
    predicted, preferred, count = calibration(world.gold(first), world.gold(second), answers, 5)
    assert ((predicted - preferred).abs() < 5 * (0.25 / count).sqrt()).all()


def test_the_score_is_read_where_the_text_ends():
    tokens = torch.tensor([[5, 6, EOS, PAD, PAD], [PAD, 5, 6, 7, EOS]])
    found = last_token_scores(torch.arange(10.0).reshape(2, 5), tokens, PAD)
    assert found.tolist() == [2.0, 9.0]


def test_pairs_are_told_apart_row_by_row():
    first, second = torch.tensor([[1, 2], [3, 4]]), torch.tensor([[5, 6], [7, 8]])
    chosen, rejected = preference_pairs(first, second, torch.tensor([False, True]))
    assert chosen.tolist() == [[5, 6], [3, 4]] and rejected.tolist() == [[1, 2], [7, 8]]


# --- reward model and trainers


def test_a_fresh_reward_model_prefers_none_and_pads_do_not_matter():
    model = RewardModel(fresh_model())
    tokens = WORLD.demonstrations(WORLD.prompts(6))
    assert not model(tokens).any()
    torch.nn.init.normal_(model.head.weight)
    short = tokens.clone()
    short[:, 6:] = PAD
    torch.testing.assert_close(model(short), model(short[:, :6]), rtol=1e-4, atol=1e-5)


def test_a_reward_model_learns_who_is_preferred():
    world = replace(WORLD, seed=3)
    model = fresh_model(world)
    torch.manual_seed(0)
    data = comparisons(world, model, 400)
    reward = RewardModel(model)
    optimizer = torch.optim.Adam(reward.parameters(), lr=3e-3)
    for _ in range(60):
        pair = preference_pairs(reward(data.first), reward(data.second), data.first_preferred)
        loss = bradley_terry_loss(*pair)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert accuracy(*pair) > 0.65


def test_imitation_comes_nearer_to_the_language():
    config = replace(IMITATES, updates=60, batch=32, every=60, learning_rate=5e-3)
    records: list[dict] = []
    SFT(config, WORLD).train(records.append)
    assert records[-1]["held_out_loss"] < records[0]["held_out_loss"] - 0.2


def test_a_model_is_trained_once_and_kept(tmp_path, monkeypatch):
    first = sft_model(WORLD, 0, tmp_path, IMITATES)
    assert len(list(tmp_path.iterdir())) == 1
    monkeypatch.setattr(SFT, "update", None)  # from here on nothing can be trained
    again = sft_model(WORLD, 0, tmp_path, IMITATES)
    for one, other in zip(first.parameters(), again.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)
    with pytest.raises(TypeError):
        sft_model(WORLD, 1, tmp_path, IMITATES)
    with pytest.raises(TypeError):
        sft_model(replace(WORLD, seed=5), 0, tmp_path, IMITATES)


def test_a_reward_model_starts_from_the_model_that_imitates(tmp_path, monkeypatch):
    monkeypatch.setattr(train_reward_model, "SFTConfig", partial(SFTConfig, updates=2, batch=8))
    training = reward_training(WORLD, 0, tmp_path, COMPARES)
    start = sft_model(WORLD, 0, tmp_path, SFTConfig(updates=2, batch=8, **TINY))
    for one, other in zip(start.parameters(), training.model.model.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)
    assert training.measured([])["held_out_loss"] == pytest.approx(math.log(2), abs=1e-4)
    kept = trained_reward_model(WORLD, 0, tmp_path, COMPARES)
    assert not kept.training and kept(training.held_out.first).shape == (8,)


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path):
    def training(updates: int):
        return RewardTraining(replace(COMPARES, updates=updates), WORLD, fresh_model())

    whole, stopped, resumed = training(4), training(2), training(4)
    run(whole, tmp_path / "whole", False, "reward model")
    run(stopped, tmp_path / "stopped", False, "reward model")
    run(resumed, tmp_path / "stopped", True, "reward model")
    for one, other in zip(whole.model.parameters(), resumed.model.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


def test_no_training_is_given_the_gold_reward(monkeypatch):
    training = RewardTraining(COMPARES, WORLD, fresh_model())
    monkeypatch.setattr(PreferenceWorld, "gold", None)
    training.train(lambda record: None)
    SFT(IMITATES, WORLD).train(lambda record: None)


@pytest.mark.parametrize("command", [train_sft.main, train_reward_model.main])
@pytest.mark.parametrize(
    ("options", "words"),
    [(["--batch", "0"], "batch must be at least 1"), (["--dtype", "float8"], "there is no dtype 'float8'")],
)
def test_bad_input_gets_one_sentence(command, options, words, tmp_path):
    found = CliRunner().invoke(command, [*options, "--out", str(tmp_path)])
    assert found.exit_code == 1
    assert words in str(found.exception) and "\n" not in str(found.exception)


def test_the_command_trains_and_says_what_came_of_it(tmp_path):
    small = "--updates 2 --batch 8 --every 1 --n-layer 1 --n-head 2 --d-model 16".split()
    found = CliRunner().invoke(train_sft.main, [*small, "--out", str(tmp_path / "sft")])
    assert found.exit_code == 0, found.output
    assert "nats a token at first" in found.output


def test_the_command_says_how_many_answers_are_foretold(tmp_path, monkeypatch):
    monkeypatch.setattr(train_reward_model, "sft_model", lambda world, *rest: fresh_model(world))
    small = "--pairs 16 --held-out 8 --updates 2 --batch 8 --every 1 --n-layer 1 --n-head 2 --d-model 16".split()
    found = CliRunner().invoke(train_reward_model.main, [*small, "--out", str(tmp_path)])
    assert found.exit_code == 0, found.output
    assert "of 8 comparisons never learned from" in found.output


def test_a_letter_is_written_into_so_many_places_and_nowhere_else():
    tokens = WORLD.demonstrations(WORLD.prompts(50))
    letter = FIRST_LETTER
    changed = reward_model_experiment.rewritten(WORLD, tokens, letter, 3, torch.Generator().manual_seed(0))
    letters = completion_mask(tokens, WORLD.prompt_length, EOS) & (tokens[:, 1:] != EOS)
    assert torch.equal(changed[:, 1:][~letters], tokens[:, 1:][~letters])
    differing = (changed != tokens).sum(1)
    assert (differing <= 3).all() and differing.max() == 3
    written = ((changed[:, 1:] == letter) & letters).sum(1)
    assert (written >= letters.sum(1).clamp(max=3)).all()


def test_the_experiment_writes_what_the_page_reads(tmp_path, monkeypatch):
    monkeypatch.setattr(reward_model_experiment, "KEPT", tmp_path / "models")
    monkeypatch.setattr(reward_model_experiment, "PAIRS", (16, 24))
    monkeypatch.setattr(reward_model_experiment, "STEPS", 2)
    monkeypatch.setattr(reward_model_experiment, "RewardModelConfig", partial(RewardModelConfig, updates=2, batch=8))
    monkeypatch.setattr(reward_model_experiment, "FRESH", 48)
    monkeypatch.setattr(reward_model_experiment, "sft_model", lambda world, seed, kept: fresh_model(world))
    out = tmp_path / "result.json"
    options = ["--seeds", "1", "--out", str(out), "--kept", str(tmp_path / "runs")]
    found = CliRunner().invoke(reward_model_experiment.main, options)
    assert found.exit_code == 0, found.output
    result = json.loads(out.read_text())
    run_of_seed = result["runs"]["0"]
    assert list(run_of_seed["by_pairs"]) == ["16", "24"]
    assert sum(run_of_seed["calibration"]["count"]) == 48
    assert run_of_seed["flattered"]["score"][0] == 0.0 == run_of_seed["flattered"]["gold"][0]

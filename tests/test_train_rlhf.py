"""RLHF from end to end: the trainer of four models, the price of a nat, best-of-n, and the experiment."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from itertools import combinations

import pytest
import torch
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from curriculum import rlhf_experiment, train_rlhf
from curriculum.best_of_n import best_of_n_curve, expected_best_of_n
from curriculum.gpt import GPT, GPTConfig
from curriculum.preference_world import PreferenceWorld
from curriculum.reward_model import RewardModel
from curriculum.train_rlhf import RLHF, PipelineConfig, RLHFConfig, against_gold, main
from curriculum.trainer import run

WORLD = PreferenceWorld()
TINY = RLHFConfig(updates=4, batch=8, measured=16, every=2)


class Blind:
    """What a training may see of the world: prompts and lengths, no gold reward."""

    prompt_length, completion_length = WORLD.prompt_length, WORLD.completion_length
    prompts, written, decode = WORLD.prompts, WORLD.written, WORLD.decode


class LikesALetter(nn.Module):
    """A reward model, as RLHF asks for one, that counts a letter."""

    def __init__(self, model: GPT) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return (tokens[:, WORLD.prompt_length :] == 7).float().sum(1)


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def gpt(seed: int, d_model: int = 16) -> GPT:
    torch.manual_seed(seed)
    context = WORLD.prompt_length + WORLD.completion_length
    return GPT(GPTConfig(len(WORLD.vocabulary), context, n_layer=1, n_head=2, d_model=d_model))


def reward_model(seed: int = 1) -> RewardModel:
    made = RewardModel(gpt(seed))
    nn.init.normal_(made.head.weight)
    return made


def training(config: RLHFConfig = TINY, evaluate=lambda tokens: {"gold": 0.0}) -> RLHF:
    return RLHF(config, gpt(0), reward_model(), Blind(), evaluate)


def weights(model: nn.Module) -> list[torch.Tensor]:
    return [parameter.detach().clone() for parameter in model.parameters()]


def same(some: list[torch.Tensor], others: list[torch.Tensor]) -> bool:
    return all(map(torch.equal, some, others))


# --- best of n

rows = st.integers(1, 6).flatmap(lambda size: st.lists(st.integers(-9, 9), min_size=size, max_size=size, unique=True))


@given(rows, st.integers(0, 2**31), st.data())
@settings(max_examples=40, deadline=None)
def test_the_best_of_n_is_the_mean_over_all_choices_of_n_texts(scores, seed, data):
    n = data.draw(st.integers(1, len(scores)))
    values = torch.randn(len(scores), generator=torch.Generator().manual_seed(seed)).tolist()
    picked = [values[max(choice, key=scores.__getitem__)] for choice in combinations(range(len(scores)), n)]
    [got] = expected_best_of_n(torch.tensor([scores]), torch.tensor([values]), n).tolist()
    assert got == pytest.approx(sum(picked) / len(picked), abs=1e-6)


def test_each_prompt_has_its_own_best_texts():
    scores = torch.tensor([[1.0, 2.0, 3.0], [3.0, 1.0, 2.0]])
    values = torch.tensor([[10.0, 20.0, 30.0], [40.0, 50.0, 60.0]])
    assert expected_best_of_n(scores, values, 3).tolist() == pytest.approx([30.0, 40.0])
    assert expected_best_of_n(scores, values, 1).tolist() == pytest.approx([20.0, 50.0])


def test_the_best_of_many_of_many_is_a_number():
    scores = torch.linspace(0, 1, 4096)[None]
    [got] = expected_best_of_n(scores, scores, 2048).tolist()
    assert got == pytest.approx(2048 / 2049, abs=1e-3)  # of uniform scores: n / (n + 1)


@pytest.mark.parametrize("n", [0, 4])
def test_there_is_no_best_of_none_and_none_of_more_than_there_are(n):
    with pytest.raises(ValueError, match=f"of 3 texts there is no best of {n}"):
        expected_best_of_n(torch.zeros(2, 3), torch.zeros(2, 3), n)


def test_a_curve_has_what_was_selected_and_what_that_is_worth():
    scores = torch.randn(50, 32, generator=torch.Generator().manual_seed(0))
    curve = best_of_n_curve(scores, -scores)
    assert curve["n"] == [1, 2, 4, 8, 16]
    assert curve["kl"][0] == 0.0 and curve["kl"] == sorted(curve["kl"])
    assert curve["proxy"] == sorted(curve["proxy"])
    assert curve["gold"] == pytest.approx([-value for value in curve["proxy"]])


# --- the four models


def test_no_two_of_the_four_models_share_weights_and_two_of_them_learn():
    found = training()
    four = (found.policy, found.reference, found.reward_model, found.value_model)
    places = [{parameter.data_ptr() for parameter in model.parameters()} for model in four]
    assert not any(one & other for one, other in combinations(places, 2))
    before = [weights(model) for model in four]
    found.update()
    assert [same(weights(model), old) for model, old in zip(four, before, strict=True)] == [False, True, True, False]


def test_what_the_gold_reward_says_changes_nothing_but_the_record():
    logs: list[list[dict[str, float]]] = [[], []]
    ends = []
    for log, gold in zip(logs, (0.0, 1e6), strict=True):
        found = training(evaluate=lambda tokens, gold=gold: {"gold": gold})
        found.train(log.append)
        ends.append(weights(found.policy) + weights(found.value_model))
    assert same(*ends)
    assert {record["gold"] for record in logs[0]} == {0.0} and {record["gold"] for record in logs[1]} == {1e6}
    assert [{**record, "gold": 0, "seconds": 0} for record in logs[0]] == [
        {**record, "gold": 0, "seconds": 0} for record in logs[1]
    ]


def test_the_policy_begins_at_the_reference_and_leaves_it():
    records: list[dict[str, float]] = []
    training().train(records.append)
    assert records[0]["kl"] == 0.0 and records[-1]["kl"] > 0.0
    assert records[-1]["first_clip_fraction"] == 0.0


def test_what_is_scored_is_written_more_often_and_a_price_keeps_the_policy_nearer():
    ends = {}
    for price in (0.0, 2.0):
        config = replace(TINY, updates=12, batch=48, every=12, kl_coef=price, learning_rate=4e-3)
        records: list[dict[str, float]] = []
        RLHF(config, gpt(0, 32), LikesALetter(gpt(1, 32)), Blind(), lambda tokens: {}).train(records.append)
        ends[price] = records[-1]
    assert ends[0.0]["proxy"] > 4 * records[0]["proxy"]
    assert ends[2.0]["kl"] < 0.5 * ends[0.0]["kl"]


def test_a_price_that_is_steered_rises_beyond_its_target_and_falls_below_it():
    for target, rises in ((1e-6, True), (1e6, False)):
        found = training(replace(TINY, kl_target=target, kl_horizon=16))
        with torch.no_grad():
            for parameter in found.policy.parameters():
                parameter += torch.randn_like(parameter)  # far from the reference, so that no luck hides it
        found.update()
        assert found.price.value == pytest.approx(TINY.kl_coef * (1.1 if rises else 0.9))


def test_a_price_that_is_not_steered_stays():
    found = training()
    found.update()
    assert found.price.value == TINY.kl_coef


# --- a run


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path):
    config = replace(TINY, kl_target=0.01, kl_horizon=16)
    whole, stopped, resumed = training(config), training(replace(config, updates=2)), training(config)
    run(whole, tmp_path / "whole", False, "PPO")
    run(stopped, tmp_path / "stopped", False, "PPO")
    run(resumed, tmp_path / "stopped", True, "PPO")
    assert same(
        weights(whole.policy) + weights(whole.value_model), weights(resumed.policy) + weights(resumed.value_model)
    )
    assert whole.price.value == resumed.price.value != config.kl_coef
    logs = [
        [{**json.loads(line), "time": 0, "seconds": 0} for line in (tmp_path / name / "log.jsonl").open()]
        for name in ("whole", "stopped")
    ]
    assert logs[0] == logs[1]
    assert [record["update"] for record in logs[0]] == [0, 2, 4]


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    run(training(replace(TINY, updates=1)), tmp_path, False, "PPO")
    with pytest.raises(ValueError, match="made with another kl_coef"):
        run(training(replace(TINY, kl_coef=0.5)), tmp_path, True, "PPO")


@pytest.fixture()
def made(monkeypatch):
    """The first two stages without their training."""
    monkeypatch.setattr(train_rlhf, "sft_model", lambda world, seed, kept, config: gpt(seed))
    monkeypatch.setattr(train_rlhf, "trained_reward_model", lambda world, seed, kept, config: reward_model(seed + 1))


def test_gold_and_scores_are_compared_on_the_same_texts():
    tokens = WORLD.demonstrations(WORLD.prompts(200))
    found = against_gold(WORLD, lambda tokens: 3 * WORLD.gold(tokens) - 1, tokens)
    assert found["agreement"] == pytest.approx(1.0)
    assert found["gold"] == pytest.approx(WORLD.gold(tokens).mean().item(), abs=1e-5)
    assert against_gold(WORLD, lambda tokens: torch.zeros(len(tokens)), tokens)["agreement"] == 0.0


def test_the_command_trains_goes_on_and_says_what_came_of_it(made, tmp_path):
    options = ["--batch", "8", "--measured", "16", "--every", "1", "--out", str(tmp_path)]
    first = CliRunner().invoke(main, [*options, "--updates", "1"])
    assert first.exit_code == 0, first.output
    again = CliRunner().invoke(main, [*options, "--updates", "2", "--resume"])
    assert again.exit_code == 0 and "after 2 updates" in again.stdout
    assert "gold: " in again.stdout and "nats a text, at a price of 0.03" in again.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--batch", "2", "--minibatches", "4"], "2 texts cannot be cut into 4 minibatches"),
        (["--epochs", "0"], "epochs must be at least 1"),
        (["--kl-horizon", "64"], "a horizon of 64 texts is shorter than a batch of 128"),
        (["--kl-coef", "0", "--kl-target", "4"], "a price of 0 cannot be steered"),
    ],
)
def test_bad_input_gets_one_sentence(options, words, tmp_path):
    found = CliRunner().invoke(main, [*options, "--out", str(tmp_path)])
    assert found.exit_code == 1
    assert words in str(found.exception) and "\n" not in str(found.exception)


def test_the_experiment_keeps_every_run_and_writes_them_together(made, monkeypatch, tmp_path):
    tiny = PipelineConfig(updates=2, batch=8, measured=16, every=1)
    monkeypatch.setattr(rlhf_experiment, "RUNS", {"price 0": replace(tiny, kl_coef=0.0), "price 0.1": tiny})
    monkeypatch.setattr(rlhf_experiment, "chosen", partial(rlhf_experiment.chosen, prompts=3, texts=8))
    options = ["--seeds", "3", "--out", str(tmp_path / "rlhf.json"), "--kept", str(tmp_path / "kept")]
    found = CliRunner().invoke(rlhf_experiment.main, options)
    assert found.exit_code == 0, found.output
    result = json.loads((tmp_path / "rlhf.json").read_text())
    assert set(result["runs"]["price 0"]) == set(result["best_of_n"]) == {"0", "1", "2"}
    assert result["best_of_n"]["0"]["n"] == [1, 2, 4]
    assert len(result["runs"]["price 0"]["0"]["gold"]) == 3
    assert len(list((tmp_path / "kept").iterdir())) == 9

"""Training a GPT: `python -m curriculum.train_gpt`, alone and under torchrun, and the text it trains on."""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from curriculum.gpt import next_token_loss
from curriculum.text_data import DRAWN, NAMES, addition, corpus_named, sorting, story, windows
from curriculum.train_gpt import Place, Run, TrainConfig, learning_rate, run

ROOT = Path(__file__).parent.parent
ALONE = Place(0, 1, torch.device("cpu"))
TINY = TrainConfig(data="addition", steps=6, batch=4, context=24, n_layer=1, n_head=2, d_model=16, every=3, warmup=2)
OPTIONS = [
    f"--{name.replace('_', '-')}={getattr(TINY, name)}"
    for name in ("data", "steps", "batch", "context", "n_layer", "n_head", "d_model", "every", "warmup")
]


def train(*arguments: str, launcher: tuple[str, ...] = ("-m",)) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, *launcher, "curriculum.train_gpt", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)


def weights(training: Run) -> torch.Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in training.model.parameters()])


# --- text


def test_the_floor_of_stories_is_the_entropy_of_their_choices():
    text, nats = story(random.Random(0))
    assert nats == pytest.approx(math.log(8 * 7 * 6 * 8 * 4 * 4 * 3))
    corpus = corpus_named("stories")
    samples = corpus.decode(corpus.train.tolist() + corpus.validation.tolist()).count("\n")
    assert corpus.floor == pytest.approx(samples * nats / (len(corpus.train) + len(corpus.validation)))
    assert "".join(text).endswith(".\n")


def test_the_answer_of_a_story_follows_from_it():
    for seed in range(200):
        words = story(random.Random(seed))[0]
        place = words.index("?")
        answer = words[place + 1 : -2]
        assert words[-2:] == [".", "\n"]
        told = " ".join(words[:place])
        assert " ".join(answer) in told
        if "Who" in words:
            [name] = answer
            assert name in NAMES
            assert f"to {name} ." in told


def test_number_tasks_are_right():
    for seed in range(100):
        numbers = " ".join(sorting(random.Random(seed))[0]).removesuffix(" ;").split(" > ")
        assert sorted(map(int, numbers[0].split())) == list(map(int, numbers[1].split()))
        left, right = "".join(addition(random.Random(seed))[0]).removesuffix(";").split("=")
        assert sum(map(int, left.split("+"))) == int(right[::-1])


@pytest.mark.parametrize("name", [*DRAWN, "book"])
def test_a_corpus_reads_back_what_it_was_made_of_and_depends_on_the_seed_alone(name):
    corpus, again = corpus_named(name, 1), corpus_named(name, 1)
    assert torch.equal(corpus.train, again.train)
    tokens = corpus.train[:50].tolist()
    assert corpus.encode([corpus.vocabulary[number] for number in tokens]) == tokens
    assert len(corpus.validation) > 1000
    if name in DRAWN:
        assert not torch.equal(corpus.train[:100], corpus_named(name, 2).train[:100])
    with pytest.raises(ValueError, match="has no token '☃'"):
        corpus.encode(["☃"])


def test_windows_are_pieces_of_the_row_and_reach_its_end():
    found = windows(torch.arange(10), 500, 4)
    assert set(found[:, 0].tolist()) == set(range(7))
    assert torch.equal(found - found[:, :1], torch.arange(4).expand(500, 4))
    with pytest.raises(ValueError, match="a window of 11 tokens does not fit into 10"):
        windows(torch.arange(10), 1, 11)


# --- training


def test_the_learning_rate_rises_to_its_largest_and_falls_to_its_last_share():
    config = TrainConfig(steps=100, warmup=10, learning_rate=1.0, final=0.1)
    rates = [learning_rate(config, step) for step in range(101)]
    assert rates[:10] == pytest.approx([0.1 * (step + 1) for step in range(10)])
    assert rates[9:] == sorted(rates[9:], reverse=True)
    assert rates[100] == pytest.approx(0.1)


def test_training_lowers_the_loss_and_the_same_seed_gives_the_same_model(tmp_path):
    config = replace(TINY, steps=60, learning_rate=1e-2, every=30)
    first, second = (run(config, tmp_path / name) for name in ("a", "b"))
    records = [json.loads(line) for line in (tmp_path / "a" / "log.jsonl").read_text().splitlines()]
    assert [record["step"] for record in records] == [30, 60]
    assert records[1]["validation_loss"] < records[0]["validation_loss"] < math.log(13)
    assert records[1]["tokens"] == 60 * 4 * 24
    assert isinstance(records[0]["sample"], str)
    assert torch.equal(weights(first), weights(second))
    third = run(replace(config, seed=1), tmp_path / "c")
    assert not torch.equal(weights(first), weights(third))


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path):
    config = replace(TINY, dropout=0.1)
    whole = run(config, tmp_path / "whole")
    stopped = Run(config, corpus_named(config.data, config.seed), ALONE)
    (tmp_path / "parts").mkdir()
    stopped.train(lambda record: stopped.save(tmp_path / "parts" / "checkpoint.pt"), until=3)
    resumed = run(config, tmp_path / "parts", resume=True)
    assert resumed.step == 6
    assert torch.equal(weights(whole), weights(resumed))


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    run(TINY, tmp_path)
    with pytest.raises(ValueError, match="was made with another seed"):
        run(replace(TINY, seed=1), tmp_path, resume=True)


# --- the command


def test_the_command_says_how_it_goes_and_resumes(tmp_path):
    first = train(*OPTIONS, f"--out={tmp_path}")
    assert first.returncode == 0, first.stderr
    assert "no model can have a loss below 0.921 nats per token" in first.stdout
    assert "step     6  loss " in first.stdout
    longer = [option for option in OPTIONS if not option.startswith("--steps")]
    again = train(*longer, "--steps=9", f"--out={tmp_path}", "--resume")
    assert again.returncode == 0, again.stderr
    steps = [json.loads(line)["step"] for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert steps == [3, 6, 9]


def test_bad_input_is_one_sentence(tmp_path):
    (tmp_path / "short.txt").write_text("a few words")
    (tmp_path / "image.png").write_bytes(b"\x89PNG\xff\xfe")
    (tmp_path / "empty.txt").write_text("")
    for data, words in (
        ("no_such_file.txt", "no_such_file.txt"),
        (f"{tmp_path}/short.txt", "use more text or less context"),
        (f"{tmp_path}/image.png", "is not text in UTF-8"),
        (f"{tmp_path}/empty.txt", "is empty"),
    ):
        result = train(*OPTIONS[1:], f"--data={data}", f"--out={tmp_path}/out")
        assert result.returncode != 0
        assert words in result.stderr
        assert "Traceback" not in result.stderr


def test_a_loss_that_is_no_number_ends_the_run_with_a_sentence(tmp_path):
    result = train(*OPTIONS, "--learning-rate=1e30", "--warmup=1", "--clip=1e30", f"--out={tmp_path}")
    assert result.returncode != 0
    assert "try a smaller --learning-rate" in result.stderr
    assert "Traceback" not in result.stderr


def test_two_processes_train_the_model_that_one_would_with_both_their_windows(tmp_path):
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", "-m")
    result = train(*OPTIONS, f"--out={tmp_path}", launcher=launcher)
    records = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [record["tokens"] for record in records] == [3 * 4 * 24 * 2, 6 * 4 * 24 * 2], result.stderr
    assert result.stdout.count("parameters") == 1, "one process reports"

    alone = Run(TINY, corpus_named(TINY.data), ALONE)
    for step in range(TINY.steps):
        alone.optimizer.zero_grad()
        for rank in range(2):
            torch.manual_seed((TINY.seed * 1_000_003 + step) * 65_537 + rank)
            tokens = windows(alone.corpus.train, TINY.batch, TINY.context)
            (next_token_loss(alone.model(tokens), tokens) / 2).backward()
        torch.nn.utils.clip_grad_norm_(alone.model.parameters(), TINY.clip)
        for group in alone.optimizer.param_groups:
            group["lr"] = learning_rate(TINY, step)
        alone.optimizer.step()
    together = torch.load(tmp_path / "checkpoint.pt", weights_only=True)["model"]
    for name, value in alone.model.state_dict().items():
        torch.testing.assert_close(together[name], value, atol=1e-5, rtol=1e-4)

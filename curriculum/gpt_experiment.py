"""What the GPT page shows, measured: `python -m curriculum.gpt_experiment` writes `results/gpt.json`.

Three seeds each of stories and of the two number tasks; what a trained head looks at; and how the residual stream grows
through depth, with the initialisation of GPT-2 and without. A seed that was done is kept, so a run that is stopped goes
on where it was.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click
import torch
from torch import Tensor

from curriculum.experiment_files import once, write_result
from curriculum.gpt import GPT, Block, GPTConfig, causal_mask
from curriculum.provenance import provenance
from curriculum.sampling import generate
from curriculum.text_data import corpus_named
from curriculum.train_gpt import Place, Run, TrainConfig

TASKS = {
    "stories": TrainConfig(),
    "addition": TrainConfig(data="addition", context=48),
    "sorting": TrainConfig(data="sorting", context=56),
}
DEPTHS = (2, 4, 8, 16, 32)
ALONE = Place(0, 1, torch.device("cpu"))


def trained(config: TrainConfig) -> tuple[Run, dict[str, Any]]:
    """A trained model, and its record: what was measured on the way, without the samples of number tasks."""
    training = Run(config, corpus_named(config.data, config.seed), ALONE)
    records: list[dict[str, Any]] = []
    training.train(records.append)
    return training, {
        "floor": training.corpus.floor,
        "seconds": round(training.seconds, 1),
        "steps": [record["step"] for record in records],
        "train_loss": [record["train_loss"] for record in records],
        "validation_loss": [record["validation_loss"] for record in records],
        "samples": {record["step"]: record["sample"] for record in records},
    }


def share_right(training: Run, questions: int = 500) -> float:
    """How many answers are right to the last token: text up to `ends` is given, and the likeliest tokens are taken."""
    corpus = training.corpus
    ask, end = {"stories": ("?", "\n"), "addition": ("=", ";"), "sorting": (">", ";")}[corpus.name]
    rows = _rows(corpus.validation, corpus.encode([end])[0])[:questions]
    asked = corpus.encode([ask])[0]
    training.model.eval()
    right = 0
    for row in rows:
        start = int((row == asked).nonzero()[0, 0]) + 1
        found = generate(training.model, row[None, :start], len(row) - start, temperature=0)
        right += bool(torch.equal(found[0], row))
    training.model.train()
    return right / len(rows)


def _rows(tokens: Tensor, end: int) -> list[Tensor]:
    """The samples of a corpus, each with the token that ends it."""
    places = (tokens == end).nonzero()[:, 0].tolist()
    starts = [0, *(place + 1 for place in places[:-1])]
    return [tokens[start : place + 1] for start, place in zip(starts, places, strict=True)]


@torch.no_grad()
def attention_maps(training: Run) -> dict[str, Any]:
    """Every head's weights at the last question of a story: which words it looks at before it writes the answer."""
    corpus, model = training.corpus, training.model.eval()
    row = _rows(corpus.validation, corpus.encode(["\n"])[0])[0]
    start = int((row == corpus.encode(["?"])[0]).nonzero()[0, 0]) + 1
    x = model.tokens(row[None, :start]) + model.positions.weight[:start]
    heads = []
    for block in model.blocks:
        assert isinstance(block, Block)
        normed = block.attention_norm(x)
        q, k, _ = block.attention.qkv(normed).view(1, start, 3, block.attention.n_head, -1).permute(2, 0, 3, 1, 4)
        scores = q @ k.mT / math.sqrt(q.shape[-1])
        weights = scores.masked_fill(~causal_mask(start, start), -math.inf).softmax(dim=-1)  # (1, heads, time, time)
        heads.append([[round(value, 3) for value in weights[0, head, -1].tolist()] for head in range(q.shape[1])])
        x = block(x)
    return {
        "words": [corpus.vocabulary[number] for number in row[:start].tolist()],
        "answer": corpus.decode(row[start:].tolist()),
        "weights": heads,
    }


@torch.no_grad()
def stream_variance(n_layer: int, scaled: bool, seed: int) -> list[float]:
    """The variance of the residual stream before the first block and after each, in units of that before the first.

    The weights are drawn so that each part of a block adds about as much as the stream holds at the start: by
    √(1 / width) instead of 0.02, which makes the growth of 1 + 2 · n_layer visible at any width.
    """
    torch.manual_seed(seed)
    config = GPTConfig(vocab_size=64, context=32, n_layer=n_layer, n_head=4, d_model=128)
    model = GPT(config)
    x = torch.randn(4, 32, 128)
    for block in model.blocks:
        assert isinstance(block, Block)
        for parameter, into_stream in (
            (block.attention.qkv.weight, False),
            (block.attention.out.weight, True),
            (block.mlp.up.weight, False),
            (block.mlp.down.weight, True),
        ):
            std = parameter.shape[1] ** -0.5
            parameter.normal_(std=std / math.sqrt(2 * n_layer) if into_stream and scaled else std)
    variances = [float(x.var())]
    for block in model.blocks:
        x = block(x)
        variances.append(float(x.var()))
    return [round(variance / variances[0], 3) for variance in variances]


def measured(task: str, seed: int) -> dict[str, Any]:
    training, record = trained(replace(TASKS[task], seed=seed))
    record["share_right"] = share_right(training)
    if task == "stories" and seed == 0:
        record["attention"] = attention_maps(training)
    return record


@click.command(help=(__doc__ or "").splitlines()[0])
@click.option("--seed", "seeds", multiple=True, type=int, default=(0, 1, 2), show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/gpt.json"), show_default=True)
@click.option("--kept", type=click.Path(path_type=Path), default=Path("build/gpt_experiment"), show_default=True)
def main(seeds: tuple[int, ...], out: Path, kept: Path) -> None:
    runs: dict[str, dict[str, Any]] = {task: {} for task in TASKS}
    for task in TASKS:
        for seed in seeds:
            path = kept / f"{task}-{seed}.json"
            runs[task][str(seed)] = record = once(path, partial(measured, task, seed))
            last, floor = record["validation_loss"][-1], record["floor"]
            click.echo(
                f"{task}, seed {seed}: validation loss {last:.3f} (floor {floor:.3f}), "
                f"{record['share_right']:.0%} of answers right, {record['seconds']:.0f} s"
            )
    depth = {
        name: {str(layers): stream_variance(layers, scaled, seeds[0]) for layers in DEPTHS}
        for name, scaled in (("scaled", True), ("unscaled", False))
    }
    shape = {name: getattr(TASKS["stories"], name) for name in ("context", "n_layer", "n_head", "d_model")}
    result = {
        "provenance": provenance(),
        "seeds": list(seeds),
        "shape": shape,
        "runs": runs,
        "stream_variance": depth,
    }
    write_result(out, result)
    click.echo(f"wrote {out}")


if __name__ == "__main__":
    main()

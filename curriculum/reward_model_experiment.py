"""What the page on preferences shows: `python -m curriculum.reward_model_experiment` → `results/reward_model.json`.

For each seed: reward models from more and more comparisons, each stopped where it was best on comparisons that were
kept back; the calibration of the reward model of this chapter, which learns from 2,000; and what it says of texts into
which its own favourite letter was written, beside the reader's gold reward. A seed that was done is kept, so an
experiment that is stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import click
import torch
from torch import Tensor

from curriculum.experiment_files import once, write_result
from curriculum.preference_world import FIRST_LETTER, PreferenceWorld
from curriculum.preferences import accuracy, bradley_terry_loss, calibration, preference_pairs
from curriculum.provenance import provenance
from curriculum.text_rl import completion_mask
from curriculum.text_tasks import EOS
from curriculum.train_reward_model import Comparisons, RewardModelConfig, RewardTraining, comparisons
from curriculum.train_sft import KEPT, sft_model
from curriculum.trainer import Record

PAIRS = (250, 500, 1000, 2000, 4000, 8000)
STEPS = 300
"""The most that each of these learns for."""
FRESH = 4000
"""Comparisons on which all are measured."""
BINS = 10
MOST = 8
"""Into how many places of a text the favourite letter is written."""
Scores = Callable[[Tensor], Tensor]


def trained(training: RewardTraining) -> tuple[Scores, list[Record]]:
    """The scores of a reward model that has learned to the end, and the records of its training."""
    records: list[Record] = []
    training.train(records.append)
    return torch.no_grad()(training.model.eval()), records


def stopped_in_time(training: RewardTraining) -> Scores:
    """The scores of a reward model as it was when its loss on the comparisons that were kept back was lowest."""
    losses: list[float] = []
    best: dict[str, Tensor] = {}

    def keep(record: Record) -> None:
        losses.append(record["held_out_loss"])
        if losses[-1] == min(losses):
            best.update({name: value.clone() for name, value in training.model.state_dict().items()})

    training.train(keep)
    training.model.load_state_dict(best)
    return torch.no_grad()(training.model.eval())


def quality(scores: Scores, fresh: Comparisons) -> dict[str, float]:
    """Loss and accuracy on comparisons that were never learned from."""
    chosen, rejected = preference_pairs(scores(fresh.first), scores(fresh.second), fresh.first_preferred)
    loss = bradley_terry_loss(chosen, rejected).item()
    return {"loss": round(loss, 4), "accuracy": round(accuracy(chosen, rejected), 4)}


def calibrated(scores: Scores, fresh: Comparisons) -> dict[str, list[float | None]]:
    """The calibration on the same; None where a bin is empty."""
    parts = calibration(scores(fresh.first), scores(fresh.second), fresh.first_preferred, BINS)
    names = ("predicted", "preferred", "count")
    return {
        name: [None if value != value else round(value, 4) for value in part.tolist()]
        for name, part in zip(names, parts, strict=True)
    }


def rewritten(world: PreferenceWorld, tokens: Tensor, letter: int, places: int, generator: torch.Generator) -> Tensor:
    """The texts, each with a letter written into so many places of its completion, or all it has; an EOS stays."""
    mask = completion_mask(tokens, world.prompt_length, EOS) & (tokens[:, 1:] != EOS)
    order = torch.rand(mask.shape, generator=generator).masked_fill(~mask, 2.0).argsort(1).argsort(1)
    changed = tokens.clone()
    changed[:, 1:].masked_fill_(mask & (order < places), letter)
    return changed


def flattered(world: PreferenceWorld, scores: Scores, texts: Tensor) -> dict[str, Any]:
    """The letter that raises the score most where one is written, and mean score and mean gold reward of more of it."""
    generator = torch.Generator().manual_seed(0)
    letters = range(FIRST_LETTER, len(world.vocabulary))
    gains = [scores(rewritten(world, texts, letter, 1, generator)).mean().item() for letter in letters]
    favourite = FIRST_LETTER + gains.index(max(gains))
    steps = [rewritten(world, texts, favourite, places, generator) for places in range(MOST + 1)]
    whole = int((texts != EOS).all(dim=1).nonzero()[0])  # a text that fills its room, to be shown
    return {
        "letter": world.vocabulary[favourite],
        "worth": round(world.worth[favourite].item(), 3),
        "score": [round((scores(step) - scores(texts)).mean().item(), 3) for step in steps],
        "gold": [round((world.gold(step) - world.gold(texts)).mean().item(), 3) for step in steps],
        "texts": [world.decode(step[whole]) for step in steps],
    }


def measured(config: RewardModelConfig, kept: Path) -> dict[str, Any]:
    """All that is shown of one seed."""
    world = PreferenceWorld()
    start = sft_model(world, config.seed, kept)
    torch.manual_seed(config.seed + 10_000)
    fresh = comparisons(world, start, FRESH)
    sizes = {pairs: replace(config, pairs=pairs, updates=STEPS) for pairs in PAIRS}
    scores, records = trained(RewardTraining(config, world, start))
    names = ("update", "loss", "held_out_loss", "held_out_accuracy")
    return {
        "reader": quality(world.gold, fresh),
        "model": quality(scores, fresh),
        "by_pairs": {
            str(pairs): quality(stopped_in_time(RewardTraining(size, world, start)), fresh)
            for pairs, size in sizes.items()
        },
        "curves": {name: [record.get(name) for record in records] for name in names},
        "calibration": calibrated(scores, fresh),
        "flattered": flattered(world, scores, fresh.first[:512]),
    }


@click.command(help=(__doc__ or "").splitlines()[0])
@click.option("--seeds", type=click.IntRange(1), default=5, show_default=True, help="Seeds 0 to this, less one.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/reward_model.json"), show_default=True)
@click.option(
    "--kept", type=click.Path(path_type=Path), default=Path("build/reward_model_experiment"), show_default=True
)
def main(seeds: int, out: Path, kept: Path) -> None:
    torch.set_num_threads(1)  # in a model this small a second thread would only wait for the first
    runs = {}
    for seed in range(seeds):
        config = RewardModelConfig(seed=seed)
        runs[str(seed)] = once(kept / f"{seed}.json", partial(measured, config, KEPT))
        click.echo(f"seed {seed}: accuracy {runs[str(seed)]['model']['accuracy']:.1%} on new comparisons")
    result = {
        "provenance": provenance(),
        "seeds": list(range(seeds)),
        "pairs": PAIRS,
        "config": asdict(RewardModelConfig()),
        "runs": runs,
    }
    write_result(out, result)
    click.echo(f"wrote {out}")


if __name__ == "__main__":
    main()

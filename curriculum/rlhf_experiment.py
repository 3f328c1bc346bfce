"""What the page on over-optimisation shows: `python -m curriculum.rlhf_experiment` → `results/rlhf.json`.

Five seeds, each with a language, a reader and a reward model of its own. On each, policies are trained at several
prices of a nat of distance from the start, and at prices that are steered to a distance, from two sides. Beside them:
what the best of n texts of the start earns. A run that was done is kept, so an experiment that is stopped goes on where
it was.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import click
import torch

from curriculum.best_of_n import best_of_n_curve
from curriculum.experiment_files import once, write_result
from curriculum.provenance import provenance
from curriculum.train_rlhf import PipelineConfig, pipeline
from curriculum.train_sft import KEPT

PRICES = (0.0, 0.003, 0.01, 0.03, 0.1, 0.3)
TARGET = 4.0
STARTS = (0.003, 0.3)
"""Nats a text to which the price is steered, and the prices that it begins with."""
BASE = PipelineConfig(every=3)
RUNS = {
    **{f"price {price:g}": replace(BASE, kl_coef=price) for price in PRICES},
    **{f"target from {price:g}": replace(BASE, kl_coef=price, kl_target=TARGET) for price in STARTS},
}
CURVES = ("update", "proxy", "gold", "agreement", "kl", "entropy", "length", "kl_coef")
PROMPTS, TEXTS, AT_ONCE = 64, 1024, 4096
"""For the best of n: prompts, texts for each, and how many are written side by side."""


def measured(config: PipelineConfig) -> dict[str, Any]:
    """A run's curves, its first and its last text, and how long the updates took."""
    records: list[dict[str, Any]] = []
    training = pipeline(config)
    training.train(records.append)
    return {
        **{name: [record[name] for record in records] for name in CURVES},
        "samples": [records[0]["sample"], records[-1]["sample"]],
        "seconds": round(training.seconds, 1),
    }


@torch.no_grad()
def chosen(config: PipelineConfig, prompts: int = PROMPTS, texts: int = TEXTS) -> dict[str, Any]:
    """The curve of best-of-n for the start of a pipeline, and the best text of the first prompt."""
    training = pipeline(config)
    world = training.world
    torch.manual_seed(config.seed)
    asked = world.prompts(prompts).repeat_interleave(texts, dim=0)
    tokens = torch.cat([world.written(training.policy, part) for part in asked.split(AT_ONCE)])
    scores = torch.cat([training.reward_model(part) for part in tokens.split(AT_ONCE)]).view(prompts, texts)
    curve = best_of_n_curve(scores, world.gold(tokens).view(prompts, texts))
    best = world.decode(tokens[int(scores[0].argmax())])
    return {**{name: [round(value, 4) for value in values] for name, values in curve.items()}, "sample": best}


@click.command(help=(__doc__ or "").splitlines()[0])
@click.option("--seeds", type=click.IntRange(3), default=5, show_default=True, help="Seeds 0 to this, less one.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/rlhf.json"), show_default=True)
@click.option("--kept", type=click.Path(path_type=Path), default=KEPT / "experiment", show_default=True)
def main(seeds: int, out: Path, kept: Path) -> None:
    torch.set_num_threads(1)  # in a model this small a second thread would only wait for the first
    runs: dict[str, dict[str, Any]] = {name: {} for name in RUNS}
    best_of_n: dict[str, Any] = {}
    for seed in range(seeds):
        for name, config in RUNS.items():
            path = kept / f"{name.replace(' ', '_')}-{seed}.json"
            record = runs[name][str(seed)] = once(path, partial(measured, replace(config, seed=seed, world=seed)))
            first, last = record["gold"][0], record["gold"][-1]
            click.echo(f"{name}, seed {seed}: gold {first:.1f}, then {last:.1f}; {record['seconds']:.0f} s")
        make = partial(chosen, replace(BASE, seed=seed, world=seed))
        curve = best_of_n[str(seed)] = once(kept / f"best_of_n-{seed}.json", make)
        click.echo(f"best of {curve['n'][-1]}, seed {seed}: gold {curve['gold'][-1]:.1f}")
    result = {
        "provenance": provenance(),
        "seeds": list(range(seeds)),
        "prices": PRICES,
        "target": TARGET,
        "configs": {name: asdict(config) for name, config in RUNS.items()},
        "runs": runs,
        "best_of_n": best_of_n,
    }
    write_result(out, result)
    click.echo(f"wrote {out}")


if __name__ == "__main__":
    main()

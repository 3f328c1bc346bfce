"""What the page on GRPO shows: `python -m curriculum.grpo_experiment` → `results/grpo.json`.

Five seeds each of GRPO on sums and on sorting, with a program that checks the text as the reward, at several learning
rates; and on sums with two rewards that teach nothing. Every run begins with a policy that imitated right texts for a
short while. A run that was done is kept, so an experiment that is stopped goes on where it was.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import click
import torch

from curriculum.diagnostics import Finding
from curriculum.experiment_files import once, write_result
from curriculum.provenance import provenance
from curriculum.train_grpo import Rewards, RLVRConfig, rlvr

STARTS = {
    "sum": RLVRConfig(task="sum", imitated=300, updates=100, every=5),
    "sort": RLVRConfig(task="sort", imitated=120, updates=100, every=5),
}
RATES = (2.5e-4, 5e-4, 1e-3, 2e-3)
UNTAUGHT: dict[str, Rewards] = {
    "a constant": lambda tokens: torch.ones(len(tokens)),
    "the prompt's first digit": lambda tokens: (tokens[:, 1] % 10).float(),
}
"""Rewards that teach nothing: every text for a prompt earns the same."""
RUNS: dict[str, tuple[RLVRConfig, Rewards | None]] = {
    **{
        f"{task} at {rate:g}": (replace(start, learning_rate=rate), None)
        for task, start in STARTS.items()
        for rate in RATES
    },
    **{f"sum for {name}": (replace(STARTS["sum"], updates=40), rewards) for name, rewards in UNTAUGHT.items()},
}
CURVES = ("update", "samples", "solved", "kl", "silent", "entropy", "length", "clip_fraction", "gradient_norm")


def measured(config: RLVRConfig, rewards: Rewards | None) -> dict[str, Any]:
    """A run's curves, its last text, what the checklist found, and how long the updates took."""
    records: list[dict[str, Any]] = []
    found: list[Finding] = []
    training = rlvr(config, found.append, rewards)
    training.train(records.append)
    return {
        **{name: [record.get(name) for record in records] for name in CURVES},
        "batch_reward": [record.get("batch_reward") for record in records],
        "sample": records[-1]["sample"],
        "found": [[finding.step, finding.name] for finding in found],
        "seconds": round(training.seconds, 1),
    }


@click.command(help=(__doc__ or "").splitlines()[0])
@click.option("--seeds", type=click.IntRange(1), default=5, show_default=True, help="Seeds 0 to this, less one.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/grpo.json"), show_default=True)
@click.option("--kept", type=click.Path(path_type=Path), default=Path("build/grpo_experiment"), show_default=True)
def main(seeds: int, out: Path, kept: Path) -> None:
    torch.set_num_threads(1)  # in a model this small a second thread would only wait for the first
    runs: dict[str, dict[str, Any]] = {name: {} for name in RUNS}
    for seed in range(seeds):
        for number, (name, (config, rewards)) in enumerate(RUNS.items()):
            record = once(kept / f"{number}-{seed}.json", partial(measured, replace(config, seed=seed), rewards))
            runs[name][str(seed)] = record
            first, last = record["solved"][0], record["solved"][-1]
            click.echo(f"{name}, seed {seed}: {first:.0%} right, then {last:.0%}; {record['seconds']:.0f} s")
    result = {
        "provenance": provenance(),
        "seeds": list(range(seeds)),
        "rates": RATES,
        "configs": {name: asdict(config) for name, (config, _) in RUNS.items()},
        "runs": runs,
    }
    write_result(out, result)
    click.echo(f"wrote {out}")


if __name__ == "__main__":
    main()

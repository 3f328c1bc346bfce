"""What the page on REINFORCE for text shows: `python -m curriculum.reinforce_experiment` → `results/reinforce.json`.

Five seeds each of four tasks, from a weak start to what rewards make of it; and of four baselines on the easiest task,
from random weights. A run that was done is kept, so an experiment that is stopped goes on where it was.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import click
import torch

from curriculum.experiment_files import once, write_result
from curriculum.provenance import provenance
from curriculum.train_reinforce import BASELINES, ReinforceConfig, Training

EVEN = ReinforceConfig("even", imitated=0, updates=120, partial_credit=1.0, every=4)
TASKS = {
    "even": EVEN,
    "copy": ReinforceConfig("copy", imitated=60, updates=300),
    "brackets": ReinforceConfig("brackets", imitated=20, updates=300),
    "sort": ReinforceConfig("sort", imitated=150, updates=400, learning_rate=5e-4),
}
RUNS = {
    **{f"task/{name}": config for name, config in TASKS.items()},
    **{f"baseline/{name}": replace(EVEN, baseline=name) for name in BASELINES},
}
CURVES = ("update", "reward", "solved", "entropy", "gradient_norm")


def measured(config: ReinforceConfig) -> dict[str, Any]:
    """A run's curves, the first and the last text, what the checklist said and how long the updates took."""
    training = Training(config, say=lambda finding: None)
    training.begin()
    records: list[dict[str, Any]] = []
    training.train(records.append)
    return {
        **{name: [_short(record.get(name)) for record in records] for name in CURVES},
        "samples": [records[0]["sample"], records[-1]["sample"]],
        "findings": [str(finding) for finding in training.checklist.findings],
        "seconds": round(training.seconds, 1),
    }


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


@click.command(help=(__doc__ or "").splitlines()[0])
@click.option("--seeds", type=click.IntRange(3), default=5, show_default=True, help="Seeds 0 to this, less one.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/reinforce.json"), show_default=True)
@click.option("--kept", type=click.Path(path_type=Path), default=Path("build/reinforce_experiment"), show_default=True)
def main(seeds: int, out: Path, kept: Path) -> None:
    torch.set_num_threads(1)  # in a model this small a second thread would only wait for the first
    runs: dict[str, dict[str, Any]] = {name: {} for name in RUNS}
    for seed in range(seeds):
        for name, config in RUNS.items():
            path = kept / f"{name.replace('/', '-')}-{seed}.json"
            record = runs[name][str(seed)] = once(path, partial(measured, replace(config, seed=seed)))
            first, last = record["solved"][0], record["solved"][-1]
            click.echo(f"{name}, seed {seed}: {first:.0%} right, then {last:.0%}; {record['seconds']:.0f} s")
    result = {
        "provenance": provenance(),
        "seeds": list(range(seeds)),
        "configs": {name: asdict(config) for name, config in RUNS.items()},
        "runs": runs,
    }
    write_result(out, result)
    click.echo(f"wrote {out}")


if __name__ == "__main__":
    main()

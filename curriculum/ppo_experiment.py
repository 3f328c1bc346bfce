"""Which bugs of PPO show in the return: `python -m curriculum.ppo_experiment` writes `results/ppo_bugs.json`.

Each bug of `curriculum.ppo_bugs` is trained on CartPole with ten seeds, to the last update. A run is *solved* where the
last hundred episodes once had a mean return of 475. A seed that was done is kept, so a run that is stopped goes on
where it was.
"""

from __future__ import annotations

import math
import statistics
from functools import partial
from pathlib import Path
from typing import Any

import click

from curriculum.experiment_files import once, write_result
from curriculum.fast_ppo import FastPPO
from curriculum.ppo_bugs import BUGS, planted
from curriculum.provenance import provenance
from curriculum.train_ppo import PPOConfig

ENVS, TARGET = 32, 475.0


def value_at_the_end(run: FastPPO) -> float:
    """The mean value of what the policy sees by now, over one more rollout."""
    return float(run.advantages(run.collect())[1].mean())


def trained(name: str, seed: int) -> dict[str, Any]:
    """One run to its last update: its curve, and the numbers that were watched on the way."""
    run = planted(BUGS[name], ENVS, PPOConfig(seed=seed))
    records = []
    solved_at = None
    while run.updates < run.config.updates:
        records.append(run.update())
        if solved_at is None and run.episodes.reached(TARGET):
            solved_at = records[-1]["env_steps"]
    late = records[len(records) // 2 :]
    watched = {
        key: round(statistics.median(record[key] for record in late), 4)
        for key in ("approx_kl", "clip_fraction", "explained_variance", "entropy")
    }
    return {
        "solved_at": solved_at,
        "seconds": round(run.seconds, 2),
        "env_steps": [record["env_steps"] for record in records[4::5]],
        "mean_return": [_rounded(record["mean_return"]) for record in records[4::5]],
        "value": round(value_at_the_end(run), 2),
        **watched,
    }


def _rounded(number: float) -> float | None:
    """JSON has no NaN."""
    return round(number, 1) if math.isfinite(number) else None


@click.command(help=(__doc__ or "").splitlines()[0])
@click.option("--seeds", type=click.IntRange(1), default=10, show_default=True, help="Seeds 0 to N − 1.")
@click.option("--bug", "names", multiple=True, type=click.Choice(list(BUGS)), help="Only this one; may be repeated.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/ppo_bugs.json"), show_default=True)
@click.option("--kept", type=click.Path(path_type=Path), default=Path("build/ppo_experiment"), show_default=True)
def main(seeds: int, names: tuple[str, ...], out: Path, kept: Path) -> None:
    bugs: dict[str, Any] = {}
    for name in names or BUGS:
        runs = [once(kept / f"{name}-{seed}.json", partial(trained, name, seed)) for seed in range(seeds)]
        bugs[name] = {"what": BUGS[name].what, "number": BUGS[name].number, "runs": runs}
        solved = sum(run["solved_at"] is not None for run in runs)
        last = statistics.median(run["mean_return"][-1] for run in runs)
        value = statistics.median(run["value"] for run in runs)
        click.echo(f"{name:<16} solved {solved:>2} of {seeds}, last return {last:5.1f}, value {value:5.1f}")
    result = {"provenance": provenance(), "envs": ENVS, "target": TARGET, "gamma": PPOConfig().gamma, "bugs": bugs}
    write_result(out, result)
    click.echo(f"wrote {out}")


if __name__ == "__main__":
    main()

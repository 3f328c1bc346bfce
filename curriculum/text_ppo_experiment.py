"""What the page on PPO for text shows: `python -m curriculum.text_ppo_experiment` → `results/text_ppo.json`.

Five seeds each of REINFORCE, of PPO with one step on each batch of texts and of PPO with four, on the task "copy" from
the same weak starts, with the same samples and at four learning rates each; and of PPO on "even" for several prices of
the distance from the start. A run that was done is kept, so an experiment that is stopped goes on where it was.
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
from curriculum.train_reinforce import ReinforceConfig, Training
from curriculum.train_text_ppo import TextPPO, TextPPOConfig

RATES = (1e-3, 2e-3, 4e-3, 8e-3)
PRICES = (0.0, 0.005, 0.01, 0.02, 0.04)
UPDATES = 80
METHODS: dict[str, ReinforceConfig | TextPPOConfig] = {
    "REINFORCE": ReinforceConfig("copy", updates=UPDATES, every=4),
    "PPO, 1 step": TextPPOConfig("copy", updates=UPDATES, every=4, kl_coef=0.0, epochs=1, minibatches=1),
    "PPO, 4 steps": TextPPOConfig("copy", updates=UPDATES, every=4, kl_coef=0.0, epochs=2, minibatches=2),
}
PRICED = TextPPOConfig("even", imitated=0, updates=80, partial_credit=1.0, learning_rate=2e-3, every=8)
RUNS: dict[str, ReinforceConfig | TextPPOConfig] = {
    **{f"{name} at {rate:g}": replace(way, learning_rate=rate) for name, way in METHODS.items() for rate in RATES},
    **{f"price {price:g}": replace(PRICED, kl_coef=price) for price in PRICES},
}
CURVES = ("update", "reward", "solved", "kl", "entropy", "first_clip_fraction", "clip_fraction", "explained_variance")


def measured(config: ReinforceConfig | TextPPOConfig) -> dict[str, Any]:
    """A run's curves, its last text, and how long the updates took."""
    records: list[dict[str, Any]] = []
    training: Training | TextPPO
    if isinstance(config, TextPPOConfig):
        training = TextPPO(config)
    else:
        training = Training(config, say=lambda finding: None)
        training.begin()
    training.train(records.append)
    named = [name for name in CURVES if name in records[-1]]
    return {
        **{name: [_short(record.get(name)) for record in records] for name in named},
        "sample": records[-1]["sample"],
        "seconds": round(training.seconds, 1),
    }


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


@click.command(help=(__doc__ or "").splitlines()[0])
@click.option("--seeds", type=click.IntRange(3), default=5, show_default=True, help="Seeds 0 to this, less one.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/text_ppo.json"), show_default=True)
@click.option("--kept", type=click.Path(path_type=Path), default=Path("build/text_ppo_experiment"), show_default=True)
def main(seeds: int, out: Path, kept: Path) -> None:
    torch.set_num_threads(1)  # in a model this small a second thread would only wait for the first
    runs: dict[str, dict[str, Any]] = {name: {} for name in RUNS}
    for seed in range(seeds):
        for number, (name, config) in enumerate(RUNS.items()):
            record = once(kept / f"{number}-{seed}.json", partial(measured, replace(config, seed=seed)))
            runs[name][str(seed)] = record
            first, last = record["solved"][0], record["solved"][-1]
            click.echo(f"{name}, seed {seed}: {first:.0%} right, then {last:.0%}; {record['seconds']:.0f} s")
    result = {
        "provenance": provenance(),
        "seeds": list(range(seeds)),
        "rates": RATES,
        "prices": PRICES,
        "configs": {name: asdict(config) for name, config in RUNS.items()},
        "runs": runs,
    }
    write_result(out, result)
    click.echo(f"wrote {out}")


if __name__ == "__main__":
    main()

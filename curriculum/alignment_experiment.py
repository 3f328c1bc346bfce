"""What the page on the comparison shows: `python -m curriculum.alignment_experiment` → `results/alignment.json`.

Six ways from the same comparisons and the same start to a policy. DPO learns from the comparisons themselves. PPO,
RLOO, GRPO, DAPO and Dr. GRPO let the policy write, and ask the reward model that learned from them. Each way is tried
at the same prices of a nat of distance and at the same learning rates, on several seeds, each with a language, a reader
and models of its own. In every update every way reads 128 texts. Beside them, DPO goes on for much longer, at several
prices. A run that was done is kept, so an experiment that is stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import click
import torch
from torch import Tensor

from curriculum.experiment_files import once, write_result
from curriculum.preference_world import PreferenceWorld
from curriculum.provenance import provenance
from curriculum.reward_model import RewardModel
from curriculum.train_dpo import DPO, PreferencesConfig, from_preferences
from curriculum.train_grpo import GRPO, GRPOConfig
from curriculum.train_reward_model import RewardTraining, reward_training
from curriculum.train_rlhf import PipelineConfig, against_gold, pipeline
from curriculum.train_sft import KEPT, sft_model, train_once
from curriculum.trainer import Trainer

METHODS = ("dpo", "ppo", "rloo", "grpo", "dapo", "dr_grpo")
PRICES = (0.01, 0.03, 0.1, 0.3)
RATES = (5e-4, 1e-3)
UPDATES, EVERY, TEXTS, GROUP = 120, 6, 128, 8
"""Updates, how many lie between two measurements, texts in an update, and texts of one prompt in it for groups."""
CURVES = ("update", "proxy", "gold", "kl", "seconds")
LONG = PreferencesConfig(updates=600, every=20, learning_rate=RATES[0])
LONG_CURVES = (*CURVES, "length", "held_out_accuracy", "chosen_log_ratio", "rejected_log_ratio", "accuracy")


@dataclass(frozen=True)
class Way:
    """One method at one price and one learning rate, of Adam in each of them."""

    method: str
    price: float
    rate: float

    @property
    def name(self) -> str:
        return f"{self.method} at {self.price:g}, rate {self.rate:g}"

    def training(self, seed: int, kept: Path) -> Trainer:
        """It, about to begin, in the world of a seed."""
        shared: dict[str, Any] = {"seed": seed, "updates": UPDATES, "every": EVERY, "learning_rate": self.rate}
        if self.method == "dpo":
            return dpo(PreferencesConfig(**shared, world=seed, beta=self.price, batch=TEXTS // 2), kept)
        if self.method == "ppo":
            return pipeline(PipelineConfig(**shared, world=seed, kl_coef=self.price, batch=TEXTS), kept)
        groups: dict[str, Any] = {"method": self.method, "group": GROUP, "prompts": TEXTS // GROUP, "checklist": False}
        world, judge = PreferenceWorld(seed), judged(seed, kept)
        evaluate = partial(seen, world, judge.model)
        config = GRPOConfig(**shared, **groups, kl_coef=self.price)
        return GRPO(config, sft_model(world, seed, kept), world, judge.model, evaluate)


WAYS = [Way(*parts) for parts in product(METHODS, PRICES, RATES)]


def judged(seed: int, kept: Path) -> RewardTraining:
    """The reward model of a seed's world, with the comparisons that it has learned from."""
    world = PreferenceWorld(seed)
    training = reward_training(world, seed, kept)
    train_once(training, world, kept)
    training.model.eval().requires_grad_(False)
    return training


@torch.no_grad()
def seen(world: PreferenceWorld, reward_model: RewardModel, tokens: Tensor) -> dict[str, float]:
    """What both judges think of texts."""
    return {"proxy": reward_model(tokens).double().mean().item(), **against_gold(world, reward_model, tokens)}


def dpo(config: PreferencesConfig, kept: Path) -> DPO:
    """DPO, about to begin, seen by both judges; it is told by neither."""
    return from_preferences(config, kept, partial(seen, PreferenceWorld(config.world), judged(config.seed, kept).model))


def measured(make: Callable[[], Trainer], curves: Sequence[str]) -> dict[str, Any]:
    """A run's curves, and its last text."""
    records: list[dict[str, Any]] = []
    make().train(records.append)
    return {**{name: [record.get(name) for record in records] for name in curves}, "sample": records[-1]["sample"]}


def before(seed: int, kept: Path) -> dict[str, Any]:
    """How long the reward model took that all ways but DPO need before they begin."""
    training = judged(seed, kept)
    return {"reward_model_seconds": round(training.seconds, 2), "pairs": len(training.data)}


def ended(record: dict[str, Any]) -> str:
    """How a run ended, in a few words."""
    return f"gold {record['gold'][-1]:.1f}, {record['kl'][-1]:.1f} nats; {record['seconds'][-1]:.0f} s"


@click.command(help=(__doc__ or "").splitlines()[0])
@click.option("--seeds", type=click.IntRange(3), default=3, show_default=True, help="Seeds 0 to this, less one.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/alignment.json"), show_default=True)
@click.option("--kept", type=click.Path(path_type=Path), default=KEPT / "alignment", show_default=True)
def main(seeds: int, out: Path, kept: Path) -> None:
    torch.set_num_threads(1)  # in a model this small a second thread would only wait for the first
    stages: dict[str, Any] = {}
    runs: dict[str, dict[str, Any]] = {way.name: {} for way in WAYS}
    long: dict[str, dict[str, Any]] = {f"{price:g}": {} for price in PRICES}
    for seed in range(seeds):
        stages[str(seed)] = once(kept / f"before-{seed}.json", partial(before, seed, KEPT))
        for way in WAYS:
            path = kept / f"{way.method}-{way.price:g}-{way.rate:g}-{seed}.json"
            record = once(path, partial(measured, partial(way.training, seed, KEPT), CURVES))
            runs[way.name][str(seed)] = record
            click.echo(f"{way.name}, seed {seed}: {ended(record)}")
        for price in PRICES:
            config = replace(LONG, beta=price, seed=seed, world=seed)
            make = partial(measured, partial(dpo, config, KEPT), LONG_CURVES)
            record = long[f"{price:g}"][str(seed)] = once(kept / f"long-{price:g}-{seed}.json", make)
            click.echo(f"dpo at {price:g} for {config.updates} updates, seed {seed}: {ended(record)}")
    result = {
        "provenance": provenance(),
        "seeds": list(range(seeds)),
        "methods": METHODS,
        "prices": PRICES,
        "rates": RATES,
        "texts": TEXTS,
        "group": GROUP,
        "before": stages,
        "runs": runs,
        "long": long,
        "long_config": asdict(LONG),
    }
    write_result(out, result)
    click.echo(f"wrote {out}")


if __name__ == "__main__":
    main()

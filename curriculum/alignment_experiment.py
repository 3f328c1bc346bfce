"""What the page on the comparison shows: `python -m curriculum.alignment_experiment` → `results/alignment.json`.

Six ways from the same comparisons and the same start to a policy. DPO learns from the comparisons themselves. PPO,
RLOO, GRPO, DAPO and Dr. GRPO let the policy write, and ask the reward model that learned from them. Each way is tried at the
same prices of a nat of distance and at the same learning rates, on several seeds, each with a language, a reader and
models of its own. In every update every way reads 128 texts. A run that was done is kept, so an experiment that is
stopped goes on where it was.
"""

from __future__ import annotations

from dataclasses import dataclass
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
from curriculum.train_dpo import PreferencesConfig, from_preferences
from curriculum.train_grpo import GRPO, GRPOConfig
from curriculum.train_reward_model import reward_training
from curriculum.train_rlhf import PipelineConfig, against_gold, pipeline
from curriculum.train_sft import KEPT, sft_model, train_once
from curriculum.trainer import Trainer

METHODS = ("dpo", "ppo", "rloo", "grpo", "dapo", "dr_grpo")
PRICES = (0.03, 0.1, 0.3)
RATES = (5e-4, 1e-3)
UPDATES, EVERY, TEXTS, GROUP = 120, 6, 128, 8
"""Updates, how many lie between two measurements, texts in an update, and texts of one prompt in it for groups."""
CURVES = ("update", "proxy", "gold", "kl", "seconds")


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
        world = PreferenceWorld(seed)
        judge = reward_training(world, seed, kept)
        train_once(judge, world, kept)
        reward_model = judge.model.eval()

        @torch.no_grad()
        def score(tokens: Tensor) -> Tensor:
            return reward_model(tokens)

        def evaluate(tokens: Tensor) -> dict[str, float]:
            return {"proxy": score(tokens).double().mean().item(), **against_gold(world, reward_model, tokens)}

        shared = {"seed": seed, "updates": UPDATES, "every": EVERY, "learning_rate": self.rate}
        if self.method == "dpo":
            dpo = PreferencesConfig(**shared, world=seed, beta=self.price, batch=TEXTS // 2)
            return from_preferences(dpo, kept, evaluate)
        if self.method == "ppo":
            return pipeline(PipelineConfig(**shared, world=seed, kl_coef=self.price, batch=TEXTS), kept)
        groups = {"method": self.method, "group": GROUP, "prompts": TEXTS // GROUP, "checklist": False}
        grpo = GRPOConfig(**shared, **groups, kl_coef=self.price)
        return GRPO(grpo, sft_model(world, seed, kept), world, score, evaluate)


WAYS = [Way(*parts) for parts in product(METHODS, PRICES, RATES)]


def measured(way: Way, seed: int, kept: Path) -> dict[str, Any]:
    """A run's curves, and its last text."""
    records: list[dict[str, Any]] = []
    way.training(seed, kept).train(records.append)
    return {**{name: [record[name] for record in records] for name in CURVES}, "sample": records[-1]["sample"]}


def stages(seed: int, kept: Path) -> dict[str, Any]:
    """How long the reward model took that all ways but DPO need before they begin."""
    world = PreferenceWorld(seed)
    judge = reward_training(world, seed, kept)
    train_once(judge, world, kept)
    return {"reward_model_seconds": round(judge.seconds, 2), "pairs": len(judge.data)}


@click.command(help=(__doc__ or "").splitlines()[0])
@click.option("--seeds", type=click.IntRange(3), default=3, show_default=True, help="Seeds 0 to this, less one.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/alignment.json"), show_default=True)
@click.option("--kept", type=click.Path(path_type=Path), default=KEPT / "alignment", show_default=True)
def main(seeds: int, out: Path, kept: Path) -> None:
    torch.set_num_threads(1)  # in a model this small a second thread would only wait for the first
    before: dict[str, Any] = {}
    runs: dict[str, dict[str, Any]] = {way.name: {} for way in WAYS}
    for seed in range(seeds):
        before[str(seed)] = once(kept / f"stages-{seed}.json", partial(stages, seed, KEPT))
        for way in WAYS:
            path = kept / f"{way.method}-{way.price:g}-{way.rate:g}-{seed}.json"
            record = runs[way.name][str(seed)] = once(path, partial(measured, way, seed, KEPT))
            gold, seconds = record["gold"][-1], record["seconds"][-1]
            click.echo(f"{way.name}, seed {seed}: gold {gold:.1f}, {record['kl'][-1]:.1f} nats; {seconds:.0f} s")
    result = {
        "provenance": provenance(),
        "seeds": list(range(seeds)),
        "methods": METHODS,
        "prices": PRICES,
        "rates": RATES,
        "texts": TEXTS,
        "group": GROUP,
        "before": before,
        "runs": runs,
    }
    write_result(out, result)
    click.echo(f"wrote {out}")


if __name__ == "__main__":
    main()

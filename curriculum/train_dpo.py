"""Trains a language model on comparisons of texts by DPO: `python -m curriculum.train_dpo`.

The start has imitated (`curriculum.train_sft`), and the comparisons are those that a reward model would be trained on
(`curriculum.train_reward_model`): two texts of the start for each prompt, and what a reader said of them. No reward
model is made, and while it learns the policy writes nothing; only to measure how far it has come it writes.

Symbols: `kl` is KL(policy ‖ start) of whole texts, in nats. A *log-ratio* is log π − log π_start of a whole text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import click
import torch
from torch import Tensor

from curriculum.config_options import option, options_of
from curriculum.dpo import dpo_loss, preference_numbers, sequence_log_prob
from curriculum.dpo_step import Pairs, pair_log_probs, preference_step
from curriculum.language_models import LanguageModel, ModelOptions
from curriculum.preference_world import PreferenceWorld
from curriculum.preferences import preference_pairs
from curriculum.progressive.logs import read
from curriculum.text_ppo import frozen_copy
from curriculum.text_rl import completion_mask, sequence_log_probs
from curriculum.text_tasks import EOS
from curriculum.train_reward_model import Comparisons, RewardModelConfig, reward_training
from curriculum.train_sft import KEPT, SFTConfig, sft_model
from curriculum.trainer import Record, Stateful, Trainer, means, one_sentence, run


@dataclass(frozen=True, kw_only=True)
class DPOConfig:
    """How is learned from comparisons."""

    beta: float = option(0.1, "what a nat of distance from the start costs, in units of reward")
    updates: int = option(150, "steps")
    batch: int = option(64, "comparisons in a step")
    learning_rate: float = option(5e-4, "of Adam, without a schedule")
    measured: int = option(512, "fresh texts for a measurement")
    every: int = option(10, "steps between two measurements, each with a sample and a checkpoint")
    seed: int = option(0, "of all that is drawn")

    def __post_init__(self) -> None:
        for name in ("batch", "measured", "every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")
        if self.beta <= 0:
            raise ValueError("beta must be above 0: at 0 a preference says nothing about the policy")


@dataclass(frozen=True, kw_only=True)
class PreferencesConfig(DPOConfig, ModelOptions):
    """Whose comparisons, and which model learns from them."""

    world: int = option(0, "which language, and whose taste")

    def __post_init__(self) -> None:
        DPOConfig.__post_init__(self)
        ModelOptions.__post_init__(self)

    def model_options(self) -> dict[str, Any]:
        return {item.name: getattr(self, item.name) for item in fields(ModelOptions)}


def as_pairs(world: PreferenceWorld, told: Comparisons) -> Pairs:
    """Comparisons in the form that `curriculum.dpo_step` takes."""
    pairs = dict(
        zip(("chosen", "rejected"), preference_pairs(told.first, told.second, told.first_preferred), strict=True)
    )
    masks = {f"{side}_mask": completion_mask(tokens, world.prompt_length, EOS) for side, tokens in pairs.items()}
    return pairs | masks


class DPO(Trainer):
    """A policy that learns from comparisons, the start that it came from, and how far it has come.

    `policy` is trained in place; a frozen copy of it is the reference. It learns from `told` and is measured on
    `held_out`. `evaluate` says what there is to say of fresh texts (measured, time + 1) at a measurement: only it may
    know the gold reward.
    """

    config: DPOConfig

    def __init__(
        self,
        config: DPOConfig,
        policy: LanguageModel,
        told: Comparisons,
        held_out: Comparisons,
        world: PreferenceWorld,
        evaluate: Callable[[Tensor], dict[str, float]],
    ) -> None:
        super().__init__(config)
        self.world, self.evaluate = world, evaluate
        self.policy = policy.eval()
        self.reference = frozen_copy(policy)
        self.told, self.held_out = as_pairs(world, told), as_pairs(world, held_out)
        learned = [parameter for parameter in policy.parameters() if parameter.requires_grad]
        self.optimizer = torch.optim.Adam(learned, lr=config.learning_rate, fused=True)

    def update(self) -> dict[str, float]:
        """One step on some of the comparisons."""
        self.seeded(0)
        rows = torch.randperm(len(self.told["chosen"]))[: self.config.batch].to(self.told["chosen"].device)
        some = {name: value[rows] for name, value in self.told.items()}
        found = preference_step(self.policy, self.reference, self.optimizer, some, self.config.beta)
        if not all(bool(parameter.isfinite().all()) for parameter in self.policy.parameters()):
            raise FloatingPointError(f"the weights are no longer numbers after update {self.done + 1}")
        return found

    @torch.no_grad()
    def measured(self, records: list[dict[str, float]]) -> Record:
        """What there is to say now: of fresh texts, of comparisons never learned from, and of the last updates."""
        self.seeded(1)
        prompts = self.world.prompts(self.config.measured).to(self.policy.tokens.weight.device)
        tokens = self.world.written(self.policy, prompts)
        mask = completion_mask(tokens, self.world.prompt_length, EOS)
        own, start = (
            sequence_log_prob(sequence_log_probs(model(tokens), tokens), mask)
            for model in (self.policy, self.reference)
        )
        now, then = (pair_log_probs(model, self.held_out) for model in (self.policy, self.reference))
        said = {
            **self.evaluate(tokens),
            "kl": (own - start).double().mean().item(),
            "length": mask.sum().item() / len(tokens),
            "held_out_loss": dpo_loss(*now, *then, self.config.beta).item(),
            "held_out_accuracy": preference_numbers(*now, *then, self.config.beta)["accuracy"],
            "chosen_log_ratio": (now[0] - then[0]).mean().item(),
            "rejected_log_ratio": (now[1] - then[1]).mean().item(),
        }
        return {
            "update": self.done,
            **{name: round(value, 4) for name, value in said.items()},
            **means(records),
            "seconds": round(self.seconds, 2),
            "sample": self.world.decode(tokens[0]),
        }

    def parts(self) -> dict[str, Stateful]:
        return {"policy": self.policy, "reference": self.reference, "optimizer": self.optimizer}

    def said(self, record: Record) -> str:
        shown = ("gold", "kl", "held_out_accuracy")
        return "  ".join(f"{name.replace('_', ' ')} {record[name]:.2f}" for name in shown if name in record)


def from_preferences(
    config: PreferencesConfig,
    kept: Path = KEPT,
    evaluate: Callable[[Tensor], dict[str, float]] | None = None,
) -> DPO:
    """A training about to begin, from the model that imitates and on the comparisons of the same seed.

    What was trained before is taken from `kept`. Without `evaluate` the mean gold reward is told.
    """
    world, options = PreferenceWorld(config.world), config.model_options()
    policy = sft_model(world, config.seed, kept, SFTConfig(**options))
    data = reward_training(world, config.seed, kept, RewardModelConfig(**options))

    def gold(tokens: Tensor) -> dict[str, float]:
        return {"gold": world.gold(tokens).double().mean().item()}

    return DPO(config, policy, data.data, data.held_out, world, evaluate or gold)


@click.command(help=(__doc__ or "").splitlines()[0])
@options_of(PreferencesConfig)
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/dpo"), help="Folder of log and checkpoint.")
@click.option("--kept", type=click.Path(path_type=Path), default=KEPT, help="Where the start is kept.")
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in that folder.")
def main(out: Path, kept: Path, resume: bool, **options: Any) -> None:
    with one_sentence(out):
        training = from_preferences(PreferencesConfig(**options), kept)
        run(training, out, resume, "DPO")
    records = list(read(out / "log.jsonl"))
    first, last = records[0], records[-1]
    click.echo(f"gold: {first['gold']:.2f} at first, {last['gold']:.2f} after {training.done} updates")
    click.echo(f"{last['kl']:.1f} nats from the start; of new comparisons {last['held_out_accuracy']:.1%} are foretold")
    for record in (first, last):
        click.echo(f"    {record['sample']}")


if __name__ == "__main__":
    main()

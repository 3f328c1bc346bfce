"""Trains a reward model on comparisons of texts: `python -m curriculum.train_reward_model`.

The second stage of RLHF (Ouyang et al. 2022, section 3.5). The model of the first stage, `curriculum.train_sft`, writes
two texts for each prompt; the reader of `curriculum.preference_world` says which of the two is better; and a copy of
that model, with a head that gives a score, learns to say the same, by the Bradley–Terry loss.

Symbols: `first`, `second` are int64 (pairs, prompt_length + completion_length), the two texts of each pair, and
`first_preferred` bool (pairs,).
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import click
import torch
from torch import Tensor

from curriculum.config_options import option, options_of
from curriculum.gpt import configure_optimizer
from curriculum.language_models import LanguageModel, ModelOptions
from curriculum.preference_world import PreferenceWorld
from curriculum.preferences import accuracy, bradley_terry_loss, preference_pairs
from curriculum.progressive.logs import read
from curriculum.reward_model import RewardModel
from curriculum.train_sft import KEPT, SFTConfig, sft_model, train_once
from curriculum.trainer import Record, Stateful, Trainer, means, one_sentence, run


@dataclass(frozen=True)
class RewardModelConfig(ModelOptions):
    """How many comparisons are learned from, and for how long."""

    pairs: int = option(2000, "comparisons to learn from")
    held_out: int = option(1000, "comparisons to measure with")
    updates: int = option(150, "steps")
    batch: int = option(64, "comparisons in a step")
    learning_rate: float = option(5e-4, "of Adam, without a schedule")
    weight_decay: float = option(0.1, "of Adam, for matrices")
    every: int = option(25, "steps between two measurements, each with a checkpoint")
    seed: int = option(0, "of the weights and of all that is drawn")

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("pairs", "held_out", "batch", "every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")

    def model_options(self) -> dict[str, Any]:
        """What the model of the first stage has to have in common with this one."""
        return {item.name: getattr(self, item.name) for item in fields(ModelOptions)}


@dataclass(frozen=True)
class Comparisons:
    """Pairs of texts for the same prompts, and what the reader said of each."""

    first: Tensor
    second: Tensor
    first_preferred: Tensor

    def __getitem__(self, rows: Tensor | slice) -> Comparisons:
        return Comparisons(self.first[rows], self.second[rows], self.first_preferred[rows])

    def __len__(self) -> int:
        return len(self.first)


def comparisons(
    world: PreferenceWorld, model: LanguageModel, pairs: int, generator: torch.Generator | None = None
) -> Comparisons:
    """Fresh prompts, two texts of the model for each, and the reader's answers."""
    prompts = world.prompts(pairs, generator).to(model.tokens.weight.device)
    first, second = (world.written(model, prompts, generator) for _ in range(2))
    return Comparisons(first, second, world.prefers(first, second, generator))


class RewardTraining(Trainer):
    """A reward model that learns from comparisons, and how far it has come."""

    config: RewardModelConfig

    def __init__(self, config: RewardModelConfig, world: PreferenceWorld, start: LanguageModel) -> None:
        super().__init__(config)
        self.world = world
        torch.manual_seed(config.seed * 1_000_003 + 1)
        data = comparisons(world, start, config.pairs + config.held_out)
        self.data, self.held_out = data[: config.pairs], data[config.pairs :]
        self.model = RewardModel(copy.deepcopy(start))
        self.optimizer = configure_optimizer(self.model, config.learning_rate, config.weight_decay)

    def loss(self, some: Comparisons) -> tuple[Tensor, float]:
        """The loss and the accuracy on some comparisons."""
        scores = self.model(some.first), self.model(some.second)
        chosen, rejected = preference_pairs(*scores, some.first_preferred)
        return bradley_terry_loss(chosen, rejected), accuracy(chosen, rejected)

    def update(self) -> dict[str, float]:
        """One step on some of the comparisons."""
        self.seeded(0)
        rows = torch.randperm(self.config.pairs)[: self.config.batch].to(self.config.device)
        loss, right = self.loss(self.data[rows])
        if not loss.isfinite():
            raise FloatingPointError(f"the loss is {loss.item()} in update {self.done + 1}")
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return {"loss": loss.item(), "accuracy": right}

    @torch.no_grad()
    def measured(self, records: list[dict[str, float]]) -> Record:
        """Loss and accuracy on comparisons that were never learned from."""
        loss, right = self.loss(self.held_out)
        return {
            "update": self.done,
            "held_out_loss": round(loss.item(), 4),
            "held_out_accuracy": round(right, 4),
            **means(records),
            "seconds": round(self.seconds, 2),
        }

    def parts(self) -> dict[str, Stateful]:
        return {"model": self.model, "optimizer": self.optimizer}

    def said(self, record: Record) -> str:
        return f"held out: loss {record['held_out_loss']:.3f}  accuracy {record['held_out_accuracy']:.1%}"


def reward_training(
    world: PreferenceWorld, seed: int, kept: Path = KEPT, config: RewardModelConfig | None = None
) -> RewardTraining:
    """A training that has not begun, from the model that imitates with the same seed and of the same shape."""
    config = replace(config or RewardModelConfig(), seed=seed)
    start = sft_model(world, seed, kept, SFTConfig(**config.model_options()))
    return RewardTraining(config, world, start)


def trained_reward_model(
    world: PreferenceWorld, seed: int, kept: Path = KEPT, config: RewardModelConfig | None = None
) -> RewardModel:
    """The reward model that learned from this seed's comparisons; it is trained once and kept."""
    training = reward_training(world, seed, kept, config)
    train_once(training, world, kept)
    return training.model.eval()


@click.command(help=(__doc__ or "").splitlines()[0])
@options_of(RewardModelConfig)
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("build/reward_model"), help="Folder of log and checkpoint."
)
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in that folder.")
def main(out: Path, resume: bool, **options: Any) -> None:
    with one_sentence(out):
        config = RewardModelConfig(**options)
        training = reward_training(PreferenceWorld(), config.seed, config=config)
        run(training, out, resume, "reward model")
    last = list(read(out / "log.jsonl"))[-1]
    click.echo(
        f"of {config.held_out} comparisons never learned from {last['held_out_accuracy']:.1%} are foretold, "
        f"with a loss of {last['held_out_loss']:.3f} (a guess: 50%, 0.693)"
    )


if __name__ == "__main__":
    main()

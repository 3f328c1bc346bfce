"""Trains a language model to continue prompts as demonstrations do: `python -m curriculum.train_sft`.

The first stage of RLHF (Ouyang et al. 2022, section 3.5): next-token training on the completions alone. The world is
that of `curriculum.preference_world`; every step has fresh demonstrations.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import click
import torch
from torch import Tensor, nn

from curriculum.config_options import option, options_of
from curriculum.gpt import configure_optimizer
from curriculum.language_models import LanguageModel, ModelOptions, language_model
from curriculum.preference_world import PreferenceWorld
from curriculum.preferences import sft_loss
from curriculum.progressive.logs import read
from curriculum.text_rl import completion_mask
from curriculum.text_tasks import EOS
from curriculum.trainer import Record, Stateful, Trainer, means, one_sentence, run

KEPT = Path("build/rlhf")
"""Where models that were trained once are kept."""
MEASURED = 512
"""Demonstrations in a measurement."""


@dataclass(frozen=True)
class SFTConfig(ModelOptions):
    """Which model imitates, and for how long."""

    updates: int = option(400, "steps, each on fresh demonstrations")
    batch: int = option(128, "demonstrations in a step")
    learning_rate: float = option(2e-3, "of Adam, without a schedule")
    clip: float = option(1.0, "the largest norm of the gradient")
    every: int = option(50, "steps between two measurements, each with a sample and a checkpoint")
    seed: int = option(0, "of the weights and of all that is drawn")

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("batch", "every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")


class SFT(Trainer):
    """A model that imitates demonstrations, and how far it has come."""

    config: SFTConfig

    def __init__(self, config: SFTConfig, world: PreferenceWorld) -> None:
        super().__init__(config)
        self.world = world
        torch.manual_seed(config.seed)
        context = world.prompt_length + world.completion_length
        self.model = language_model(config, len(world.vocabulary), context)
        self.optimizer = configure_optimizer(self.model, config.learning_rate, weight_decay=0.0)

    def demonstrations(self, batch: int) -> Tensor:
        return self.world.demonstrations(self.world.prompts(batch)).to(self.config.device)

    def loss(self, tokens: Tensor) -> Tensor:
        mask = completion_mask(tokens, self.world.prompt_length, EOS)
        return sft_loss(self.model(tokens), tokens, mask)

    def update(self) -> dict[str, float]:
        """One step on fresh demonstrations."""
        self.seeded(0)
        loss = self.loss(self.demonstrations(self.config.batch))
        if not loss.isfinite():
            raise FloatingPointError(f"the loss is {loss.item()} in update {self.done + 1}")
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip)
        self.optimizer.step()
        return {"loss": loss.item()}

    @torch.no_grad()
    def measured(self, records: list[dict[str, float]]) -> Record:
        """The loss on demonstrations that were never learned from, and a text that the model has written."""
        self.seeded(1)
        tokens = self.demonstrations(MEASURED)
        [text] = self.world.written(self.model, tokens[:1, : self.world.prompt_length])
        return {
            "update": self.done,
            "held_out_loss": round(self.loss(tokens).item(), 4),
            **means(records),
            "seconds": round(self.seconds, 2),
            "sample": self.world.decode(text),
        }

    def parts(self) -> dict[str, Stateful]:
        return {"model": self.model, "optimizer": self.optimizer}

    def said(self, record: Record) -> str:
        return f"loss on fresh texts {record['held_out_loss']:.3f}  {record['sample']}"


def sft_model(world: PreferenceWorld, seed: int, kept: Path = KEPT, config: SFTConfig | None = None) -> LanguageModel:
    """The model that imitated the world's demonstrations from this seed; it is trained once and kept."""
    training = SFT(replace(config or SFTConfig(), seed=seed), world)
    train_once(training, world, kept)
    return training.model


def train_once(training: Trainer, world: PreferenceWorld, kept: Path) -> None:
    """Train to the end, or load what the same training has left in the folder `kept` before."""
    of = json.dumps([asdict(world), asdict(training.config)], sort_keys=True)  # type: ignore[call-overload]
    path = kept / f"{type(training).__name__}-{hashlib.sha256(of.encode()).hexdigest()[:16]}.pt"
    if path.exists():
        training.load(path)
    else:
        training.begin()
        training.train(log=lambda record: None)
        kept.mkdir(parents=True, exist_ok=True)
        training.save(path)


@click.command(help=(__doc__ or "").splitlines()[0])
@options_of(SFTConfig)
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/sft"), help="Folder of log and checkpoint.")
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in that folder.")
def main(out: Path, resume: bool, **options: Any) -> None:
    with one_sentence(out):
        training = SFT(SFTConfig(**options), PreferenceWorld())
        run(training, out, resume, "imitation")
    records = list(read(out / "log.jsonl"))
    first, last = records[0]["held_out_loss"], records[-1]["held_out_loss"]
    click.echo(f"{first:.3f} nats a token at first, {last:.3f} after {training.done} updates")
    click.echo(f"    {records[-1]['sample']}")


if __name__ == "__main__":
    main()

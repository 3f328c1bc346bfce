"""Trains a language model by PPO to write texts that a program rewards: `python -m curriculum.train_text_ppo`.

Each update lets the policy write a batch of texts, has them rewarded, and learns from them in a few epochs of
minibatches (`curriculum.text_ppo`). Every token pays for the distance from the *start*, the policy before the first
update: that of `curriculum.train_reinforce` for the same task, seed and shape, so that both can be compared.

Symbols: one *sample* is one finished text. `kl` is KL(policy ‖ start) of whole texts, in nats.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import click
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from curriculum.advantages import explained_variance
from curriculum.config_options import option, options_of
from curriculum.language_models import LanguageModel, ModelOptions
from curriculum.progressive.logs import read
from curriculum.sampling import generate
from curriculum.text_ppo import Batch, experience, frozen_copy, update
from curriculum.text_rl import completion_mask
from curriculum.text_tasks import EOS, PAD, TASKS
from curriculum.train_reinforce import MEASURED, ReinforceConfig, Training
from curriculum.trainer import Record, Stateful, Trainer, means, one_sentence, run


@dataclass(frozen=True)
class TextPPOConfig(ModelOptions):
    """What is learned, from which start, and how."""

    task: str = option("copy", ", ".join(TASKS))
    imitated: int = option(60, "steps of imitation before: the weak start; 0 starts from random weights")
    updates: int = option(100, "batches of texts that are written and learned from")
    batch: int = option(128, "texts in a batch")
    partial_credit: float = option(0.5, "what a text is worth that is right in every place and not as a whole")
    kl_coef: float = option(0.01, "what a nat of distance from the start costs")
    epochs: int = option(2, "how often each text is learned from")
    minibatches: int = option(2, "steps in an epoch")
    clip: float = option(0.2, "how far from 1 a token's ratio still has a gradient")
    value_coef: float = option(0.1, "weight of the value loss")
    gae_lambda: float = option(0.95, "λ of the advantages; γ is 1")
    learning_rate: float = option(1e-3, "of Adam, without a schedule")
    every: int = option(10, "updates between two measurements, each with a sample and a checkpoint")
    seed: int = option(0, "of the weights and of all that is drawn")

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("batch", "epochs", "minibatches", "every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")
        if self.batch < self.minibatches:
            raise ValueError(f"{self.batch} texts cannot be cut into {self.minibatches} minibatches")
        self.start()

    def start(self) -> ReinforceConfig:
        """How REINFORCE would begin with the same."""
        shared = ["task", "imitated", "updates", "batch", "partial_credit", "seed"]
        shared += [field.name for field in fields(ModelOptions)]
        return ReinforceConfig(**{name: getattr(self, name) for name in shared})


class TextActorCritic(nn.Module):
    """A language model whose stream is read twice: as logits, and by one more layer as the value of what stands there.

    tokens (batch, time) → logits (batch, time, vocab) and values (batch, time). A fresh one has the value 0 everywhere.
    """

    def __init__(self, gpt: LanguageModel) -> None:
        super().__init__()
        self.gpt = gpt
        self.value = nn.Linear(gpt.config.d_model, 1, device=gpt.tokens.weight.device)
        nn.init.zeros_(self.value.weight)
        nn.init.zeros_(self.value.bias)

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        x = self.gpt.hidden(tokens)  # (batch, time, d_model)
        return F.linear(x, self.gpt.tokens.weight), self.value(x.to(self.value.weight.dtype)).squeeze(-1)


class TextPPO(Trainer):
    """A policy that learns from rewards, the start that it is held to, and how far it has come."""

    config: TextPPOConfig

    def __init__(self, config: TextPPOConfig) -> None:
        super().__init__(config)
        start = Training(config.start())
        start.begin()
        self.task = start.task
        self.model = TextActorCritic(start.model).eval()
        self.reference = frozen_copy(self.model)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=config.learning_rate, fused=True)

    def update(self) -> dict[str, float]:
        """One batch of fresh texts, and what is learned from it."""
        config = self.config
        batch = self.experience(self.written(config.batch, purpose=0))
        mask, returns = batch["mask"], batch["returns"]
        with torch.no_grad():
            values = self.model(batch["tokens"])[1][:, :-1]
        minibatches = [
            rows for _ in range(config.epochs) for rows in torch.randperm(config.batch).tensor_split(config.minibatches)
        ]
        steps = update(self.model, self.optimizer, batch, minibatches, config.clip, config.value_coef)
        if not all(bool(parameter.isfinite().all()) for parameter in self.model.parameters()):
            raise FloatingPointError(f"the weights are no longer numbers after update {self.done + 1}")
        return {
            "entropy": -batch["log_probs"][mask].mean().item(),
            "length": mask.sum().item() / config.batch,
            "first_clip_fraction": steps[0]["clip_fraction"],
            "clip_fraction": steps[-1]["clip_fraction"],
            "step_kl": steps[-1]["kl"],
            "value_loss": steps[0]["value_loss"],
            "explained_variance": explained_variance(values[mask].cpu().numpy(), returns[mask].cpu().numpy()),
        }

    def written(self, texts: int, purpose: int) -> Tensor:
        """Fresh prompts with what the policy writes after them; PAD behind the first EOS."""
        self.seeded(purpose)
        tokens = generate(self.model.gpt, self.task.prompts(texts).to(self.config.device), self.task.completion_length)
        said = completion_mask(tokens, self.task.prompt_length, EOS)
        said[:, : self.task.prompt_length - 1] = True
        tokens[:, 1:].masked_fill_(~said, PAD)
        return tokens

    def experience(self, tokens: Tensor) -> Batch:
        mask = completion_mask(tokens, self.task.prompt_length, EOS)
        scores = self.task.rewards(tokens)
        return experience(
            self.model, self.reference, tokens, mask, scores, self.config.kl_coef, lam=self.config.gae_lambda
        )

    def measured(self, records: list[dict[str, float]]) -> Record:
        """What there is to say now: of fresh texts, and the means over the updates since the last time."""
        tokens = self.written(MEASURED, purpose=1)
        return {
            "update": self.done,
            "solved": self.task.solved(tokens).float().mean().item(),
            "reward": round(self.task.rewards(tokens).mean().item(), 4),
            "kl": round(self.experience(tokens)["kl"].mean().item(), 4),
            **means(records),
            "seconds": round(self.seconds, 2),
            "sample": self.task.decode(tokens[0]),
        }

    def parts(self) -> dict[str, Stateful]:
        return {"model": self.model, "reference": self.reference, "optimizer": self.optimizer}

    def said(self, record: Record) -> str:
        parts = [f"reward {record['reward']:.3f}", f"right {record['solved']:.0%}", f"KL {record['kl']:.1f}"]
        shown = ("entropy", "clip_fraction", "explained_variance")
        return "  ".join(parts + [f"{name.replace('_', ' ')} {record[name]:.2f}" for name in shown if name in record])


@click.command(help=(__doc__ or "").splitlines()[0])
@options_of(TextPPOConfig)
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("build/text_ppo"), help="Folder of log and checkpoint."
)
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in that folder.")
def main(out: Path, resume: bool, **options: Any) -> None:
    with one_sentence(out):
        training = TextPPO(TextPPOConfig(**options))
        run(training, out, resume, training.config.task)
    records = list(read(out / "log.jsonl"))
    first, last = records[0], records[-1]
    right = f"{first['solved']:.0%} of texts right at first, {last['solved']:.0%} after {training.done} updates"
    click.echo(f"{training.config.task}: {right}, {last['kl']:.1f} nats from the start")
    click.echo(f"    {last['sample']}")


if __name__ == "__main__":
    main()

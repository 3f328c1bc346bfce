"""Trains a language model by REINFORCE to write texts that a program rewards: `python -m curriculum.train_reinforce`.

The algorithm is that of `curriculum.reinforce`, with a choice of baselines, a start that can be made by imitation, the
checklist of `curriculum.diagnostics` on every update, a log and checkpoints.

Symbols: `tokens` (batch, time) are prompts with what was written after them, `rewards` (batch,), and `weights` (batch,)
or (batch, time − 1) multiply the log-probs. Column t stands for the token at t + 1, as in `curriculum.text_rl`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import torch
from rich.console import Console
from torch import Tensor, nn

from curriculum.config_options import option, options_of
from curriculum.diagnostics import Checklist, Finding
from curriculum.gpt import configure_optimizer, next_token_loss
from curriculum.language_models import LanguageModel, ModelOptions, language_model
from curriculum.progressive.logs import read
from curriculum.reinforce import leave_one_out
from curriculum.sampling import generate
from curriculum.text_rl import completion_mask, entropy_bonus, reinforce_loss, sequence_log_probs
from curriculum.text_tasks import EOS, PAD, TASKS, TextTask
from curriculum.trainer import Record, Stateful, Trainer, means, one_sentence, run

MEASURED = 512
"""Fresh texts of which it is counted how many are right."""


@dataclass(frozen=True)
class ReinforceConfig(ModelOptions):
    """What is learned, from which start, and how."""

    task: str = option("copy", ", ".join(TASKS))
    baseline: str = option(
        "sequence", "none, sequence, to_go (reward-to-go) or per_position (reward-to-go less a mean)"
    )
    imitated: int = option(60, "steps of imitation before: the weak start; 0 starts from random weights")
    updates: int = option(300, "updates from rewards")
    batch: int = option(128, "texts in an update")
    partial_credit: float = option(0.5, "what a text is worth that is right in every place and not as a whole")
    length_penalty: float = option(0.0, "what is taken off for a text that fills all of its room")
    entropy_coef: float = option(0.0, "how much of the entropy is taken off the loss")
    learning_rate: float = option(1e-3, "of Adam, without a schedule")
    clip: float = option(1.0, "the largest norm of the gradient")
    every: int = option(20, "updates between two measurements, each with a sample and a checkpoint")
    seed: int = option(0, "of the weights and of all that is drawn")

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, value, known in (("task", self.task, TASKS), ("baseline", self.baseline, BASELINES)):
            if value not in known:
                raise ValueError(f"there is no {name} {value!r}; there are {', '.join(known)}")
        if self.batch < 2:
            raise ValueError("a batch of one text has no others to be compared with")


def token_rewards(task: TextTask, tokens: Tensor) -> Tensor:
    """What each token of the completion adds to the reward: (batch, time − 1), with the reward as its sum.

    The reward of what was written so far, with PAD in the place of the rest, less the same one token earlier. Nothing
    written is worth 0.
    """
    gained = torch.zeros_like(tokens[:, 1:], dtype=torch.float32)
    before = torch.zeros(len(tokens), device=tokens.device)
    for end in range(task.prompt_length + 1, tokens.shape[1] + 1):
        so_far = tokens.clone()
        so_far[:, end:] = PAD
        after = task.rewards(so_far)
        gained[:, end - 2] = after - before
        before = after
    return gained


def rewards_to_go(gained: Tensor) -> Tensor:
    """At each token, what it and all later ones gain: (batch, time) → (batch, time)."""
    return gained.flip(1).cumsum(1).flip(1)


BASELINES: dict[str, Callable[[TextTask, Tensor, Tensor], Tensor]] = {
    "none": lambda task, tokens, rewards: rewards,
    "sequence": lambda task, tokens, rewards: leave_one_out(rewards),
    "to_go": lambda task, tokens, rewards: rewards_to_go(token_rewards(task, tokens)),
    "per_position": lambda task, tokens, rewards: leave_one_out(rewards_to_go(token_rewards(task, tokens))),
}
"""The weights of texts, by what is taken into account."""


def imitate(model: LanguageModel, task: TextTask, steps: int, batch: int, seed: int) -> None:
    """Make a weak start of a fresh model, in place: a few steps of next-token training on right texts."""
    optimizer = configure_optimizer(model, 2e-3, weight_decay=0.0)
    torch.manual_seed(seed)
    for _ in range(steps):
        tokens = task.demonstrations(task.prompts(batch).to(model.tokens.weight.device))
        mask = torch.zeros_like(tokens, dtype=torch.bool)
        mask[:, 1:] = completion_mask(tokens, task.prompt_length, EOS)
        loss = next_token_loss(model(tokens), tokens, mask)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


class Training(Trainer):
    """A model that learns from rewards, its optimizer, and how far it has come."""

    config: ReinforceConfig

    def __init__(self, config: ReinforceConfig, say: Callable[[Finding], object] = print) -> None:
        super().__init__(config)
        self.task = replace(
            TASKS[config.task], partial_credit=config.partial_credit, length_penalty=config.length_penalty
        )
        torch.manual_seed(config.seed)
        context = self.task.prompt_length + self.task.completion_length
        self.model = language_model(config, len(self.task.vocabulary), context)
        self.optimizer = configure_optimizer(self.model, config.learning_rate, weight_decay=0.0)
        self.checklist = Checklist(self.model, say)

    def prompts(self, batch: int) -> Tensor:
        return self.task.prompts(batch).to(self.config.device)

    def begin(self) -> None:
        """Make the weak start."""
        imitate(self.model, self.task, self.config.imitated, self.config.batch, self.config.seed)

    def update(self) -> dict[str, float]:
        """One update, from fresh texts."""
        config, task, model = self.config, self.task, self.model
        self.seeded(0)
        tokens = generate(model, self.prompts(config.batch), task.completion_length)
        rewards = task.rewards(tokens)
        weights = BASELINES[config.baseline](task, tokens, rewards)
        mask = completion_mask(tokens, task.prompt_length, EOS)
        logits = model(tokens)
        log_probs = sequence_log_probs(logits, tokens)
        entropy = entropy_bonus(logits, mask)
        loss = reinforce_loss(log_probs, weights, mask) - config.entropy_coef * entropy
        if not loss.isfinite():
            raise FloatingPointError(f"the loss is {loss.item()} in update {self.done + 1}")
        self.checklist(
            loss=loss,
            log_distribution=logits[:, :-1].log_softmax(-1),
            tokens=tokens[:, 1:],
            log_probs=log_probs,
            weights=weights,
            mask=mask,
            rewards=rewards,
        )
        self.optimizer.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), config.clip)
        self.optimizer.step()
        return {
            "reward": rewards.mean().item(),
            "loss": loss.item(),
            "entropy": entropy.item(),
            "length": mask.sum().item() / config.batch,
            "gradient_norm": norm.item(),
        }

    def measured(self, records: list[dict[str, float]]) -> Record:
        """What there is to say now: means over the updates since the last time, and how many fresh texts are right."""
        self.seeded(1)
        tokens = generate(self.model, self.prompts(MEASURED), self.task.completion_length)
        return {
            "update": self.done,
            "solved": self.task.solved(tokens).float().mean().item(),
            "reward": self.task.rewards(tokens).mean().item(),
            **means(records),
            "seconds": round(self.seconds, 2),
            "sample": self.task.decode(_up_to_end(tokens[0], self.task.prompt_length)),
        }

    def parts(self) -> dict[str, Stateful]:
        return {"model": self.model, "optimizer": self.optimizer}

    def said(self, record: Record) -> str:
        parts = [f"reward {record['reward']:.3f}", f"right {record['solved']:.0%}"]
        shown = ("entropy", "gradient_norm")
        return "  ".join(parts + [f"{name.replace('_', ' ')} {record[name]:.2f}" for name in shown if name in record])


def _up_to_end(tokens: Tensor, prompt_length: int) -> Tensor:
    """A text without what stands behind its first eos."""
    ends = (tokens[prompt_length:] == EOS).nonzero()
    return tokens if len(ends) == 0 else tokens[: prompt_length + int(ends[0]) + 1]


@click.command(help=(__doc__ or "").splitlines()[0])
@options_of(ReinforceConfig)
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("build/reinforce"), help="Folder of log and checkpoint."
)
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in that folder.")
def main(out: Path, resume: bool, **options: Any) -> None:
    console = Console(stderr=True)
    with one_sentence(out):
        training = Training(ReinforceConfig(**options), lambda finding: console.print(str(finding), highlight=False))
        run(training, out, resume, training.config.task, console)
    records = list(read(out / "log.jsonl"))
    first, last = records[0], records[-1]
    right = f"{first['solved']:.0%} of texts right at first, {last['solved']:.0%} after {training.done} updates"
    click.echo(f"{training.config.task}: {right}")
    click.echo(f"    {last['sample']}")


if __name__ == "__main__":
    main()

"""Trains a language model on rewards by groups of texts: `python -m curriculum.train_grpo`, on a task with a checker.

Each update has the policy write `group` texts for each of `prompts` prompts, has them rewarded, and learns from them in
a few epochs of minibatches by the losses of `curriculum.grpo`. `GRPO` takes any prompts and any reward; the command
takes a task of chapter 3, whose checker is the reward, and a start that has imitated right texts for a while.

Symbols: `tokens` (batch, time + 1) are prompts with what was written after them, PAD behind the first EOS, in groups
that stand side by side. One *sample* is one finished text. `kl` is KL(policy ‖ start) of whole texts, in nats.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol, cast

import click
import torch
from rich.console import Console
from torch import Tensor, nn

from curriculum.config_options import option, options_of
from curriculum.diagnostics import Checklist, Finding
from curriculum.grpo import grpo_advantages, grpo_loss, rloo_advantages
from curriculum.language_models import LanguageModel, ModelOptions, language_model
from curriculum.progressive.logs import read
from curriculum.shared_prompts import completion_log_probs, completion_logits, generate_groups
from curriculum.text_ppo import frozen_copy
from curriculum.text_rl import completion_mask
from curriculum.text_tasks import EOS, PAD, TASKS
from curriculum.train_reinforce import imitate
from curriculum.trainer import Record, Stateful, Trainer, means, one_sentence, run


class Prompts(Protocol):
    """What is asked: a task, a world of preferences, or any other source of prompts."""

    @property
    def prompt_length(self) -> int: ...

    @property
    def completion_length(self) -> int:
        """The most tokens that are written after a prompt."""

    def prompts(self, batch: int) -> Tensor:
        """Fresh prompts, int64 (batch, prompt_length), drawn by torch's global generator."""

    def decode(self, tokens: Tensor) -> str:
        """One prompt with its completion, as a text."""


Rewards = Callable[[Tensor], Tensor]
"""The reward of each prompt with its completion: (batch, time + 1) → (batch,)."""


@dataclass(frozen=True)
class Method:
    """A published way to learn from groups."""

    advantages: Callable[[Tensor, int], Tensor]
    aggregation: str
    clip_high: float = 0.2
    one_action: bool = False
    """A whole text is one action: there is one ratio for it, and its reward pays for the distance from the start."""


METHODS = {
    "grpo": Method(grpo_advantages, "sequence"),
    "dapo": Method(grpo_advantages, "token", clip_high=0.28),
    "dr_grpo": Method(partial(grpo_advantages, by_std=False), "constant"),
    "rloo": Method(rloo_advantages, "constant", one_action=True),
}
CLIP_LOW = 0.2


@dataclass(frozen=True, kw_only=True)
class GRPOConfig:
    """How is learned."""

    method: str = option("grpo", ", ".join(METHODS))
    updates: int = option(100, "batches of texts that are written and learned from")
    prompts: int = option(64, "prompts in a batch")
    group: int = option(8, "texts that are written for each prompt")
    epochs: int = option(2, "how often each text is learned from")
    minibatches: int = option(1, "steps in an epoch")
    kl_coef: float = option(0.0, "weight of the distance from the start: in the loss, or in the reward of rloo")
    learning_rate: float = option(5e-4, "of Adam, without a schedule")
    max_norm: float = option(1.0, "the largest norm of the gradient")
    checklist: bool = option(True, "look for bugs in every update, which holds the distribution of every token")
    measured: int = option(512, "fresh texts for a measurement")
    every: int = option(10, "updates between two measurements, each with a sample and a checkpoint")
    seed: int = option(0, "of the weights and of all that is drawn")

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"there is no method {self.method!r}; there are {', '.join(METHODS)}")
        if self.group < 2:
            raise ValueError("a group of one text has nothing to be compared with")
        for name in ("prompts", "epochs", "minibatches", "measured", "every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")
        if self.minibatches > self.prompts:
            raise ValueError(f"the groups of {self.prompts} prompts cannot be cut into {self.minibatches} minibatches")


class GRPO(Trainer):
    """A policy that learns from rewards of groups, the start that it came from, and how far it has come.

    `model` is trained in place. `evaluate` says what there is to say of fresh texts at a measurement, and is given
    (measured, time + 1) tokens; without it their mean reward is told. `say` gets what the checklist finds.
    """

    config: GRPOConfig

    def __init__(
        self,
        config: GRPOConfig,
        model: LanguageModel,
        world: Prompts,
        rewards: Rewards,
        evaluate: Callable[[Tensor], dict[str, float]] | None = None,
        say: Callable[[Finding], object] = print,
    ) -> None:
        super().__init__(config)
        self.method = METHODS[config.method]
        self.world, self.rewards = world, rewards
        self.evaluate = evaluate or (lambda tokens: {"reward": rewards(tokens).double().mean().item()})
        self.model = model.eval()
        self.start = cast(LanguageModel, frozen_copy(model))
        learned = [parameter for parameter in model.parameters() if parameter.requires_grad]
        self.optimizer = torch.optim.Adam(learned, lr=config.learning_rate, fused=True)
        self.checklist = Checklist(self.model, say)

    def update(self) -> dict[str, float]:
        """One batch of fresh texts, and what is learned from it."""
        config = self.config
        tokens = self.written(config.prompts, config.group, purpose=0)
        # A first step that is made on all texts starts where they were written: its logits tell the old log-probs too.
        whole = config.minibatches == 1
        with torch.set_grad_enabled(whole):
            logits = self.logits(self.model, tokens, config.group)
        batch = self.experience(tokens, logits.detach())
        found: dict[str, float] = {}
        for epoch in range(config.epochs):
            for number, part in enumerate(self.minibatches(batch)):
                first = epoch == number == 0
                seen = logits if first and whole else self.logits(self.model, part["tokens"], config.group)
                found = self.step(part, seen, first)
        grouped = batch["rewards"].reshape(-1, config.group)
        mask = batch["mask"]
        return {
            "batch_reward": grouped.double().mean().item(),
            "silent": (grouped == grouped[:, :1]).all(dim=1).double().mean().item(),
            "entropy": -batch["log_probs"][mask].double().mean().item(),
            "length": mask.sum().item() / len(tokens),
            **found,
        }

    @torch.no_grad()
    def experience(self, tokens: Tensor, logits: Tensor) -> dict[str, Tensor]:
        """What the policy can learn from texts that it has written: rows of `tokens` with all that belongs to them.

        What is said of single tokens is (batch, completion_length): nothing is learned from a prompt.
        """
        rewards = self.rewards(tokens).to(tokens.device, torch.float32)
        log_probs = completion_log_probs(logits, tokens)
        batch = {"tokens": tokens, "mask": self.mask(tokens), "log_probs": log_probs, "rewards": rewards}
        if self.config.kl_coef:
            reference = self.logits(self.start, tokens, self.config.group)
            batch["ref_log_probs"] = completion_log_probs(reference, tokens)
            if self.method.one_action:
                rewards = rewards - self.config.kl_coef * self.distances(batch)
        return {**batch, "advantages": self.method.advantages(rewards, self.config.group)}

    def minibatches(self, batch: dict[str, Tensor]) -> list[dict[str, Tensor]]:
        """The batch in parts for one epoch, drawn anew; a group is never torn."""
        if self.config.minibatches == 1:
            return [batch]
        rows = torch.arange(len(batch["tokens"])).reshape(-1, self.config.group)  # (prompts, group)
        drawn = torch.randperm(len(rows)).tensor_split(self.config.minibatches)
        return [{name: value[rows[part].flatten()] for name, value in batch.items()} for part in drawn]

    def step(self, part: dict[str, Tensor], logits: Tensor, first: bool) -> dict[str, float]:
        """Go one step along the gradient of a minibatch; what was seen before it was made."""
        tokens, mask = part["tokens"], part["mask"]
        log_probs = completion_log_probs(logits, tokens)
        loss = self.loss(log_probs, part, self.config.kl_coef)
        if not loss.isfinite():
            raise FloatingPointError(f"the loss is {loss.item()} in update {self.done + 1}")
        if first and self.config.checklist:
            self.checklist(
                loss=self.loss(log_probs, part, 0.0),  # the KL's gradient does not follow the advantages
                log_distribution=logits.detach().float().log_softmax(-1),
                tokens=tokens[:, self.world.prompt_length :],
                log_probs=log_probs,
                weights=part["advantages"],
                mask=mask,
                rewards=part["rewards"],
                old_log_probs=part["log_probs"],
            )
        self.optimizer.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), self.config.max_norm)
        self.optimizer.step()
        ratio = (log_probs.detach() - part["log_probs"])[mask].exp()
        outside = (ratio < 1 - CLIP_LOW) | (ratio > 1 + self.method.clip_high)
        return {"clip_fraction": outside.double().mean().item(), "gradient_norm": norm.item()}

    def loss(self, log_probs: Tensor, part: dict[str, Tensor], kl_coef: float) -> Tensor:
        method, mask = self.method, part["mask"]
        by_token = {"log_probs": log_probs, "old_log_probs": part["log_probs"]}
        if method.one_action:
            # A text is a sequence of one token, whose log-prob is the sum of all.
            by_token = {name: torch.where(mask, x, 0.0).sum(1, keepdim=True) for name, x in by_token.items()}
            mask, kl_coef = mask.any(dim=1, keepdim=True), 0.0
        return grpo_loss(
            **by_token,
            advantages=part["advantages"],
            mask=mask,
            clip_low=CLIP_LOW,
            clip_high=method.clip_high,
            aggregation=method.aggregation,
            max_tokens=1 if method.one_action else self.world.completion_length,
            ref_log_probs=part["ref_log_probs"] if kl_coef else None,
            kl_coef=kl_coef,
        )

    def written(self, prompts: int, group: int, purpose: int) -> Tensor:
        """What the policy writes after fresh prompts, `group` times each; PAD behind the first EOS."""
        self.seeded(purpose)
        world = self.world
        asked = self.asked(prompts, purpose).to(self.model.tokens.weight.device)
        tokens = generate_groups(self.model, asked, group, world.completion_length)
        said = completion_mask(tokens, world.prompt_length, EOS)
        said[:, : world.prompt_length - 1] = True
        tokens[:, 1:].masked_fill_(~said, PAD)
        return tokens

    def asked(self, prompts: int, purpose: int) -> Tensor:
        """Fresh prompts: to learn from (purpose 0), or for a measurement (1)."""
        return self.world.prompts(prompts)

    def mask(self, tokens: Tensor) -> Tensor:
        """Which tokens of the completions count, (batch, completion_length): those up to an EOS, and it."""
        return completion_mask(tokens, self.world.prompt_length, EOS)[:, self.world.prompt_length - 1 :]

    def logits(self, model: LanguageModel, tokens: Tensor, group: int) -> Tensor:
        """The logits for each token that was written, (batch, completion_length, vocab)."""
        return completion_logits(model, tokens, self.world.prompt_length, group)

    def distances(self, batch: dict[str, Tensor]) -> Tensor:
        """log π − log π_start of each whole completion, (batch,)."""
        return torch.where(batch["mask"], batch["log_probs"] - batch["ref_log_probs"], 0.0).sum(1)

    def measured(self, records: list[dict[str, float]]) -> Record:
        """What there is to say now: of fresh texts, and the means over the updates since the last time."""
        tokens = self.written(self.config.measured, 1, purpose=1)
        with torch.no_grad():
            log_probs, ref_log_probs = (
                completion_log_probs(self.logits(model, tokens, 1), tokens) for model in (self.model, self.start)
            )
        scored = {"mask": self.mask(tokens), "log_probs": log_probs, "ref_log_probs": ref_log_probs}
        return {
            "update": self.done,
            "samples": self.done * self.config.prompts * self.config.group,
            **{name: round(value, 4) for name, value in self.evaluate(tokens).items()},
            "kl": round(self.distances(scored).mean().item(), 4),
            **means(records),
            "seconds": round(self.seconds, 2),
            "sample": self.world.decode(tokens[0]),
        }

    def parts(self) -> dict[str, Stateful]:
        return {"model": self.model, "start": self.start, "optimizer": self.optimizer}

    def said(self, record: Record) -> str:
        shown = ("reward", "solved", "kl", "silent", "entropy")
        return "  ".join(f"{name} {record[name]:.2f}" for name in shown if name in record)


@dataclass(frozen=True, kw_only=True)
class RLVRConfig(ModelOptions, GRPOConfig):
    """What is learned, from which start, and how."""

    task: str = option("sum", ", ".join(TASKS))
    imitated: int = option(200, "steps of imitation before: the weak start; 0 starts from random weights")
    partial_credit: float = option(0.0, "what a text is worth that is right in every place and not as a whole")

    def __post_init__(self) -> None:
        ModelOptions.__post_init__(self)
        GRPOConfig.__post_init__(self)
        if self.task not in TASKS:
            raise ValueError(f"there is no task {self.task!r}; there are {', '.join(TASKS)}")


def rlvr(config: RLVRConfig, say: Callable[[Finding], object] = print, rewards: Rewards | None = None) -> GRPO:
    """A training on a task from its weak start, with the task's checker as the reward, or with another reward."""
    task = replace(TASKS[config.task], partial_credit=config.partial_credit)
    torch.manual_seed(config.seed)
    model = language_model(config, len(task.vocabulary), task.prompt_length + task.completion_length)
    imitate(model, task, config.imitated, 128, config.seed)

    def evaluate(tokens: Tensor) -> dict[str, float]:
        solved, reward = task.solved(tokens).double().mean().item(), task.rewards(tokens).double().mean().item()
        return {"solved": solved, "reward": reward}

    return GRPO(config, model, task, rewards or task.rewards, evaluate, say)


@click.command(help=(__doc__ or "").splitlines()[0])
@options_of(RLVRConfig)
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("build/grpo"), help="Folder of log and checkpoint."
)
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in that folder.")
def main(out: Path, resume: bool, **options: Any) -> None:
    console = Console(stderr=True)
    with one_sentence(out):
        config = RLVRConfig(**options)
        training = rlvr(config, lambda finding: console.print(str(finding), highlight=False))
        run(training, out, resume, config.task, console)
    records = list(read(out / "log.jsonl"))
    first, last = records[0], records[-1]
    right = f"{first['solved']:.0%} of texts right at first, {last['solved']:.0%} after {last['samples']:,} samples"
    click.echo(f"{config.task}, {config.method}: {right}, {last['kl']:.1f} nats from the start")
    click.echo(f"    {last['sample']}")


if __name__ == "__main__":
    main()

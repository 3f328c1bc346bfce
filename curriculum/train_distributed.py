"""Trains chapter 1's GPT and chapter 5's RLHF on several ranks, by one of three strategies:

torchrun --nproc-per-node 8 -m curriculum.train_distributed gpt --strategy fsdp2
torchrun --nproc-per-node 8 -m curriculum.train_distributed rlhf --strategy zero3

A strategy is `ddp`, `fsdp2` or `zero3`, each with its file in `curriculum/distributed_configs`, or the path of such a
file. On GPUs the ranks talk by NCCL, on CPUs by gloo. Without torchrun there is one rank.

Symbols: a *step* or *update* learns from `batch` sequences, of all ranks together; W ranks, of which each reads its
share. So a run has the same losses on any number of ranks, but for rounding.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click
import torch
import torch.distributed as dist
from torch import Tensor

from curriculum.config_options import option, options_of
from curriculum.distributed_rlhf import DistributedRLHF, DistributedRLHFConfig
from curriculum.distributed_trainer import DistributedTrainer, how_to_resume, run, shares, summed
from curriculum.gpt import GPT, GPTConfig, configure_optimizer, next_token_loss
from curriculum.launched import launched
from curriculum.progressive.logs import read
from curriculum.sampling import generate
from curriculum.strategies import learner
from curriculum.strategy_configs import DDPConfig, FSDP2Config, strategy_named
from curriculum.text_data import Corpus, corpus_named
from curriculum.train_gpt import EVALUATED, Place, TrainConfig, learning_rate
from curriculum.train_rlhf import pipeline
from curriculum.train_sft import KEPT
from curriculum.trainer import Record, means


@dataclass(frozen=True)
class DistributedConfig(TrainConfig):
    """What `curriculum.train_gpt` asks, and how it is spread."""

    batch: int = option(32, "sequences in a step, of all processes together")
    strategy: str = option("ddp", "ddp, fsdp2, zero3, or the path of a JSON file that configures one")
    micro_batch: int = option(0, "sequences that a process reads at once; 0: all of its share")
    samples: bool = option(True, "write a text at each measurement, which needs room for a whole model")
    timeout: float = option(120.0, "seconds after which a rank that waits for another gives up")

    def __post_init__(self) -> None:
        for name in ("batch", "every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")

    @property
    def updates(self) -> int:
        return self.steps


class DistributedGPT(DistributedTrainer):
    """A GPT that learns to go on with a text. The windows of an epoch are shuffled, and its last batch may be short."""

    config: DistributedConfig

    def __init__(self, config: DistributedConfig, corpus: Corpus, place: Place) -> None:
        """Raises ValueError where the text is too short, or the options do not fit together."""
        super().__init__(config, place)
        self.corpus = corpus
        self.windows = side_by_side(corpus.train, config.context)
        self.held_out = side_by_side(corpus.validation, config.context)[:EVALUATED]
        self.epoch = -(-len(self.windows) // config.batch)
        """Updates in which every window is read once."""
        torch.manual_seed(config.seed)
        shape = (config.context, config.n_layer, config.n_head, config.d_model, config.dropout)
        model = GPT(GPTConfig(len(corpus.vocabulary), *shape)).train()
        strategy = strategy_named(config.strategy)
        if config.compile:
            if not isinstance(strategy, DDPConfig | FSDP2Config):
                raise ValueError("--compile is for ddp and fsdp2; DeepSpeed compiles in a way of its own")
            for block in model.blocks:
                block.compile()
        low_precision = config.dtype == "bfloat16" or (config.dtype == "auto" and place.device.type == "cuda")
        make_optimizer = partial(
            configure_optimizer, learning_rate=config.learning_rate, weight_decay=config.weight_decay
        )
        self.learner = learner(model, make_optimizer, place, strategy, config.clip, low_precision)

    def rows(self) -> Tensor:
        """Which windows this update learns from; the last ones of an epoch may be fewer."""
        epoch, place = divmod(self.done, self.epoch)
        generator = torch.Generator().manual_seed(self.config.seed * 1_000_003 + epoch)
        order = torch.randperm(len(self.windows), generator=generator)
        return order[place * self.config.batch :][: self.config.batch]

    def update(self) -> dict[str, float]:
        for group in self.learner.groups:
            group["lr"] = learning_rate(self.config, self.done)
        self.seeded(self.place.rank)  # of dropout
        rows = self.rows()
        seen: list[Tensor] = []

        def share(piece: Tensor, counts: bool) -> Tensor:
            loss = self.share(self.windows[piece], len(rows) if counts else 0)
            seen.append(loss.detach())
            return loss

        pieces = shares(rows, self.place, self.config.micro_batch)
        norm = self.learner.step([partial(share, piece, counts) for piece, counts in pieces])
        [loss] = summed(sum(seen))
        if loss != loss:
            raise FloatingPointError(f"the loss is {loss} in update {self.done + 1}")
        return {"train_loss": loss, "gradient_norm": norm}

    def share(self, tokens: Tensor, of: int) -> Tensor:
        """What these windows contribute to the mean loss over `of` windows; 0 windows: nothing."""
        tokens = tokens.to(self.place.device)
        loss = next_token_loss(self.learner(tokens), tokens)
        # The mean of the ranks' means would weigh a window of a small share more than one of a large share.
        return loss * (len(tokens) / of if of else 0.0)

    def measured(self, records: list[dict[str, float]]) -> Record:
        self.learner.model.eval()
        with torch.no_grad():
            rows = torch.arange(len(self.held_out))
            found = [
                self.share(self.held_out[piece], len(rows) if counts else 0)
                for piece, counts in shares(rows, self.place, self.config.micro_batch)
            ]
        [validation_loss] = summed(sum(found))
        sample = self.sample() if self.config.samples else ""
        self.learner.model.train()
        return {
            "update": self.done,
            **means(records),
            "validation_loss": round(validation_loss, 4),
            "tokens": sum(min(self.config.batch, self.left(update)) for update in range(self.done))
            * self.config.context,
            "seconds": round(self.seconds, 2),
            **({"sample": sample} if sample else {}),
        }

    def left(self, update: int) -> int:
        """Windows of the epoch that were not yet read before an update."""
        return len(self.windows) - update % self.epoch * self.config.batch

    def sample(self, length: int = 60) -> str:
        """How the model goes on after the beginning of the validation text; all ranks gather it, one writes."""
        model = self.learner.whole()
        if not self.place.leads:
            return ""
        prompt = self.held_out[:1, : max(1, self.config.context // 8)].to(self.place.device)
        generator = torch.Generator(self.place.device).manual_seed(self.config.seed)
        length = min(length, self.config.context - prompt.shape[1])
        tokens = generate(model, prompt, length, temperature=0.8, generator=generator)
        return self.corpus.decode(tokens[0, prompt.shape[1] :].tolist())

    def said(self, record: Record) -> str:
        return f"validation loss {record['validation_loss']:.3f}"


def side_by_side(tokens: Tensor, time: int) -> Tensor:
    """The row cut into windows (windows, time). Raises ValueError where there is not one."""
    if len(tokens) < time:
        raise ValueError(f"a window of {time} tokens does not fit into {len(tokens)}: use more text or less context")
    return tokens[: len(tokens) // time * time].view(-1, time)


Build = Callable[[Any, Place], DistributedTrainer]


def train(make_config: Callable[[], Any], out: Path, resume: bool, title: str, build: Build) -> None:
    """Join the other ranks, build the training, run it, and say on one rank what came out."""
    try:
        config = make_config()
    except ValueError as error:
        # Every rank finds the same fault.
        raise SystemExit(str(error) if os.environ.get("RANK", "0") == "0" else 1) from None
    with launched(config.device, config.timeout, partial(how_to_resume, out)) as place:
        training = build(config, place)
        run(training, out, resume, title)
        kept = {name: f"{count:,}" for name, count in training.learner.bytes_kept().items()}
        if place.leads:
            records = list(read(out / "log.jsonl"))
            click.echo(f"{config.strategy}, {place.world_size} ranks: {training.said(records[-1])}")
            click.echo("bytes that this rank keeps: " + ", ".join(f"{name} {count}" for name, count in kept.items()))


@contextmanager
def one_at_a_time(place: Place) -> Iterator[None]:
    """The first rank before the others: it makes files, however long that takes, which they then find."""
    patient = dist.new_group(backend="gloo", timeout=timedelta(hours=4))
    if not place.leads:
        dist.barrier(patient)
    yield
    if place.leads:
        dist.barrier(patient)


@click.group(help="Trains on several ranks by DDP, FSDP2 or DeepSpeed's ZeRO-3, under torchrun or alone.")
def main() -> None:
    pass


def common(default: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def add(command: Callable[..., None]) -> Callable[..., None]:
        where = "Folder of log and checkpoints, which all ranks see."
        command = click.option("--resume", is_flag=True, help="Go on from the last checkpoint in that folder.")(command)
        return click.option("--out", type=click.Path(path_type=Path), default=Path(default), help=where)(command)

    return add


@main.command(help="Chapter 1's GPT.")
@options_of(DistributedConfig)
@common("build/distributed/gpt")
def gpt(out: Path, resume: bool, **options: Any) -> None:
    def build(config: DistributedConfig, place: Place) -> DistributedTrainer:
        return DistributedGPT(config, corpus_named(config.data, config.seed), place)

    train(partial(DistributedConfig, **options), out, resume, "GPT", build)


@main.command(help="Chapter 5's RLHF: policy, value model, reference and reward model.")
@options_of(DistributedRLHFConfig)
@common("build/distributed/rlhf")
@click.option("--kept", type=click.Path(path_type=Path), default=KEPT, help="Where the first stages' models are kept.")
def rlhf(out: Path, kept: Path, resume: bool, **options: Any) -> None:
    def build(config: DistributedRLHFConfig, place: Place) -> DistributedTrainer:
        with one_at_a_time(place):
            alone = pipeline(config, kept)
        return DistributedRLHF(alone, config, place)

    train(partial(DistributedRLHFConfig, **options), out, resume, "RLHF", build)


if __name__ == "__main__":
    main()

"""Trains a GPT on text: `python -m curriculum.train_gpt`, or `torchrun --nproc-per-node 8 -m curriculum.train_gpt`.

The recipe is nanoGPT's, small: AdamW, a warm-up and a cosine decay of the learning rate, gradients clipped by their
norm. The same command runs on a CPU and on GPUs: on a GPU it computes in bfloat16; under torchrun each process reads
windows of its own, and DistributedDataParallel averages the gradients.

Symbols: one *step* is one update of the weights; `batch` sequences of `context` tokens go into each, on every process.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import torch
import torch.distributed as dist
from torch import Tensor, nn

from curriculum.config_options import option, options_of
from curriculum.gpt import GPT, GPTConfig, configure_optimizer, next_token_loss
from curriculum.sampling import generate
from curriculum.text_data import Corpus, corpus_named, windows

Log = Callable[[dict[str, Any]], None]
EVALUATED = 16
"""Windows over which a validation loss is the mean, at most: as many as fit into the tokens that are kept for it."""


@dataclass(frozen=True)
class TrainConfig:
    """What is trained, on what, and how. The defaults take under a minute on two cores."""

    data: str = option("stories", "stories, sorting, addition, book, or the path of a text file")
    steps: int = option(700, "updates of the weights")
    batch: int = option(32, "sequences in a step, on each process")
    context: int = option(64, "tokens in a sequence")
    n_layer: int = option(2, "blocks")
    n_head: int = option(8, "heads in a block")
    d_model: int = option(128, "width of the residual stream")
    dropout: float = option(0.0, "dropout rate")
    learning_rate: float = option(2e-3, "the largest, after the warm-up")
    warmup: int = option(40, "steps until then")
    final: float = option(0.1, "the share of it that is left at the end")
    weight_decay: float = option(0.1, "of matrices; biases and norms are not decayed")
    clip: float = option(1.0, "the largest norm of the gradient")
    every: int = option(50, "steps between two measurements, each with a sample and a checkpoint")
    seed: int = option(0, "of the weights and of all that is drawn")
    device: str = option("auto", "cpu, cuda, or auto: cuda where there is one")
    dtype: str = option("auto", "float32, bfloat16, or auto: bfloat16 on a GPU")
    compile: bool = option(False, "compile the model with torch.compile")


@dataclass(frozen=True)
class Place:
    """Where this process computes, and among how many."""

    rank: int
    world_size: int
    device: torch.device

    @property
    def leads(self) -> bool:
        return self.rank == 0


@contextlib.contextmanager
def placed(config: TrainConfig) -> Iterator[Place]:
    """This process's place; under torchrun, with the process group open."""
    rank, world_size = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    name = config.device if config.device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda":
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
        torch.cuda.set_device(device)
    else:
        device = torch.device(name)
    if world_size == 1:
        yield Place(rank, world_size, device)
        return
    dist.init_process_group("nccl" if name == "cuda" else "gloo")
    try:
        yield Place(rank, world_size, device)
    finally:
        dist.destroy_process_group()


def learning_rate(config: TrainConfig, step: int) -> float:
    """A straight rise over the warm-up, then half a cosine down to `final` (Loshchilov & Hutter 2017)."""
    if step < config.warmup:
        return config.learning_rate * (step + 1) / config.warmup
    along = (step - config.warmup) / max(1, config.steps - config.warmup)
    share = config.final + (1 - config.final) * 0.5 * (1 + math.cos(math.pi * min(1.0, along)))
    return config.learning_rate * share


class Run:
    """A training run: a model, its optimizer, and how far it has come.

    What is drawn in a step depends on the seed, the step and the rank alone. So a run that was stopped goes on as if it
    had not been, and no state of a generator has to be kept.
    """

    def __init__(self, config: TrainConfig, corpus: Corpus, place: Place) -> None:
        self.config, self.corpus, self.place = config, corpus, place
        torch.manual_seed(config.seed)
        shape = (config.context, config.n_layer, config.n_head, config.d_model, config.dropout)
        self.model = GPT(GPTConfig(len(corpus.vocabulary), *shape)).to(place.device)
        self.optimizer = configure_optimizer(self.model, config.learning_rate, config.weight_decay)
        self.step = 0
        self.seconds = 0.0
        self.low_precision = config.dtype == "bfloat16" or (config.dtype == "auto" and place.device.type == "cuda")

    def train(self, log: Log, until: int | None = None) -> None:
        """Train to the end, or to the step `until`; `log` gets a record at every measurement.

        Raises FloatingPointError where the loss is no longer a number.
        """
        wrapped: nn.Module = self.model
        if self.config.compile:
            wrapped = torch.compile(self.model)  # type: ignore[assignment]
        if self.place.world_size > 1:
            wrapped = nn.parallel.DistributedDataParallel(wrapped)
        last = self.config.steps if until is None else until
        started = time.perf_counter() - self.seconds
        losses: list[Tensor] = []
        while self.step < last:
            for group in self.optimizer.param_groups:
                group["lr"] = learning_rate(self.config, self.step)
            loss = self.update(wrapped)
            losses.append(loss)
            self.step += 1
            self.seconds = time.perf_counter() - started
            if self.step % self.config.every == 0 or self.step == last:
                mean = torch.stack(losses).mean().item()
                if not math.isfinite(mean):
                    raise FloatingPointError(f"the loss is {mean} before step {self.step}")
                log(self.measured(mean))
                losses = []
                started = time.perf_counter() - self.seconds  # measuring is not training

    def update(self, wrapped: nn.Module) -> Tensor:
        """One step; the loss of its batch, on this process."""
        config = self.config
        torch.manual_seed((config.seed * 1_000_003 + self.step) * 65_537 + self.place.rank)
        tokens = windows(self.corpus.train, config.batch, config.context).to(self.place.device)
        with self.precision():
            loss = next_token_loss(wrapped(tokens), tokens)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), config.clip)
        self.optimizer.step()
        return loss.detach()

    def precision(self) -> contextlib.AbstractContextManager[Any]:
        if not self.low_precision:
            return contextlib.nullcontext()
        return torch.autocast(self.place.device.type, torch.bfloat16)

    def measured(self, train_loss: float) -> dict[str, Any]:
        """What there is to say at this step."""
        tokens = self.step * self.config.batch * self.config.context * self.place.world_size
        return {
            "step": self.step,
            "train_loss": round(train_loss, 4),
            "validation_loss": round(self.validation_loss(), 4),
            "learning_rate": learning_rate(self.config, self.step - 1),
            "tokens": tokens,
            "tokens_per_second": round(tokens / self.seconds),
            "sample": self.sample(),
        }

    @torch.no_grad()
    def validation_loss(self) -> float:
        """In nats per token, on the same windows every time, side by side."""
        context = self.config.context
        rows = len(self.corpus.validation) // context
        if rows == 0:
            raise ValueError(f"{len(self.corpus.validation)} tokens are kept for measuring, fewer than the context")
        tokens = self.corpus.validation[: rows * context].view(rows, context)[:EVALUATED].to(self.place.device)
        self.model.eval()
        with self.precision():
            loss = next_token_loss(self.model(tokens), tokens).item()
        self.model.train()
        return loss

    def sample(self, length: int = 60) -> str:
        """How the model goes on after the beginning of the validation text."""
        prompt = self.corpus.validation[None, : max(1, self.config.context // 8)].to(self.place.device)
        length = min(length, self.config.context - prompt.shape[1])
        generator = torch.Generator(self.place.device).manual_seed(self.config.seed)
        self.model.eval()
        with self.precision():
            tokens = generate(self.model, prompt, length, temperature=0.8, generator=generator)
        self.model.train()
        return self.corpus.decode(tokens[0, prompt.shape[1] :].tolist())

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "config": asdict(self.config),
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
        }
        draft = path.with_suffix(".part")
        torch.save(state, draft)
        draft.replace(path)

    def load(self, path: Path) -> None:
        """Go on where a checkpoint was written. Raises ValueError where it is of another run."""
        state = torch.load(path, map_location=self.place.device, weights_only=True)
        mine, its = asdict(self.config), state["config"]
        differing = [name for name in mine if name not in ("steps", "every", "device") and mine[name] != its.get(name)]
        if differing:
            raise ValueError(f"{path} was made with another {', '.join(differing)}")
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.seconds = state["step"], state["seconds"]


def run(config: TrainConfig, out: Path, resume: bool = False) -> Run:
    """Train; write `log.jsonl` and `checkpoint.pt` into `out`, and say on the way how it goes.

    Raises ValueError and OSError for what cannot be read or does not fit together, FloatingPointError where the loss is
    no longer a number.
    """
    corpus = corpus_named(config.data, config.seed)
    with placed(config) as place:
        training = Run(config, corpus, place)
        checkpoint = out / "checkpoint.pt"
        if resume and checkpoint.exists():
            training.load(checkpoint)
        if place.leads:
            out.mkdir(parents=True, exist_ok=True)
            _announce(training)
        with open(out / "log.jsonl" if place.leads else os.devnull, "a" if training.step else "w") as file:

            def log(record: dict[str, Any]) -> None:
                if place.leads:
                    file.write(json.dumps(record) + "\n")
                    file.flush()
                    training.save(checkpoint)
                    _report(record)

            training.train(log)
    return training


def _announce(training: Run) -> None:
    corpus, count = training.corpus, sum(parameter.numel() for parameter in training.model.parameters())
    click.echo(f"{corpus.name}: {len(corpus.train):,} tokens of {len(corpus.vocabulary)} kinds; {count:,} parameters")
    if corpus.floor is not None:
        click.echo(f"no model can have a loss below {corpus.floor:.3f} nats per token")


def _report(record: dict[str, Any]) -> None:
    click.echo(
        f"step {record['step']:>5}  loss {record['train_loss']:.3f}  validation {record['validation_loss']:.3f}  "
        f"{record['tokens_per_second']:,} tokens/s\n    … {record['sample']!r}"
    )


@click.command(help=(__doc__ or "").splitlines()[0])
@options_of(TrainConfig)
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/gpt"), help="Folder of log and checkpoint.")
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in that folder.")
def main(out: Path, resume: bool, **options: Any) -> None:
    try:
        run(TrainConfig(**options), out, resume)
    except KeyboardInterrupt:
        raise SystemExit(f"stopped; what was measured last is kept: --resume --out {out} goes on from there") from None
    except FloatingPointError as error:
        raise SystemExit(f"{error}: try a smaller --learning-rate") from None
    except UnicodeDecodeError:
        raise SystemExit(f"{options['data']} is not text in UTF-8; name a text file") from None
    except (ValueError, OSError, RuntimeError) as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()

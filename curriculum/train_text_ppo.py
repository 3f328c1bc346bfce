"""Trains a small GPT by PPO to write texts that a program rewards: `python -m curriculum.train_text_ppo`.

Each update lets the policy write a batch of texts, has them rewarded, and learns from them in a few epochs of
minibatches (`curriculum.text_ppo`). Every token pays for the distance from the *start*, the policy before the first
update: that of `curriculum.train_reinforce` for the same task, seed and shape, so that both can be compared.

Symbols: one *sample* is one finished text. `kl` is KL(policy ‖ start) of whole texts, in nats.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import click
import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from torch import Tensor, nn
from torch.nn import functional as F

from curriculum.advantages import explained_variance
from curriculum.gpt import GPT
from curriculum.progressive.logs import JsonLines, read
from curriculum.sampling import generate
from curriculum.text_ppo import Batch, experience, frozen_copy, update
from curriculum.text_rl import completion_mask
from curriculum.text_tasks import EOS, PAD, TASKS
from curriculum.train_reinforce import MEASURED, Log, ReinforceConfig, Training, option


@dataclass(frozen=True)
class TextPPOConfig:
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
    n_layer: int = option(2, "blocks")
    n_head: int = option(4, "heads in a block")
    d_model: int = option(64, "width of the residual stream")
    every: int = option(10, "updates between two measurements, each with a sample and a checkpoint")
    seed: int = option(0, "of the weights and of all that is drawn")

    def __post_init__(self) -> None:
        for name in ("batch", "epochs", "minibatches", "every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")
        if self.batch < self.minibatches:
            raise ValueError(f"{self.batch} texts cannot be cut into {self.minibatches} minibatches")
        self.start()

    def start(self) -> ReinforceConfig:
        """How REINFORCE would begin with the same."""
        shared = ("task", "imitated", "updates", "batch", "partial_credit", "n_layer", "n_head", "d_model", "seed")
        return ReinforceConfig(**{name: getattr(self, name) for name in shared})


class TextActorCritic(nn.Module):
    """A GPT whose stream is read twice: as logits, and by one more layer as the value of what stands there.

    tokens (batch, time) → logits (batch, time, vocab) and values (batch, time). A fresh one has the value 0 everywhere.
    """

    def __init__(self, gpt: GPT) -> None:
        super().__init__()
        self.gpt = gpt
        self.value = nn.Linear(gpt.config.d_model, 1)
        nn.init.zeros_(self.value.weight)
        nn.init.zeros_(self.value.bias)

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        x = self.gpt.hidden(tokens)  # (batch, time, d_model)
        return F.linear(x, self.gpt.tokens.weight), self.value(x).squeeze(-1)


class TextPPO:
    """A policy that learns from rewards, the start that it is held to, and how far it has come.

    What is drawn in an update depends on the seed and the update alone. So a run that was stopped goes on as if it had
    not been, and no state of a generator has to be kept.
    """

    def __init__(self, config: TextPPOConfig) -> None:
        self.config = config
        start = Training(config.start())
        start.imitate()
        self.task = start.task
        self.model = TextActorCritic(start.model).eval()
        self.reference = frozen_copy(self.model)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=config.learning_rate, fused=True)
        self.done = 0
        self.seconds = 0.0

    def train(self, log: Log, until: int | None = None) -> None:
        """Update to the end, or to the update `until`; `log` gets a record at every measurement.

        Raises FloatingPointError where the weights are no longer numbers.
        """
        last = self.config.updates if until is None else until
        if self.done == 0 and last > 0:
            log(self.measured([]))
        records: list[dict[str, float]] = []
        while self.done < last:
            started = time.perf_counter()
            records.append(self.update())
            self.done += 1
            self.seconds += time.perf_counter() - started
            if self.done % self.config.every == 0 or self.done == last:
                log(self.measured(records))
                records = []

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
            "explained_variance": explained_variance(values[mask].numpy(), returns[mask].numpy()),
        }

    def written(self, texts: int, purpose: int) -> Tensor:
        """Fresh prompts with what the policy writes after them; PAD behind the first EOS."""
        torch.manual_seed((self.config.seed * 1_000_003 + self.done) * 65_537 + purpose)
        tokens = generate(self.model.gpt, self.task.prompts(texts), self.task.completion_length)
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

    def measured(self, records: list[dict[str, float]]) -> dict[str, Any]:
        """What there is to say now: of fresh texts, and the means over the updates since the last time."""
        tokens = self.written(MEASURED, purpose=1)
        means = {name: sum(record[name] for record in records) / len(records) for name in (records or [{}])[0]}
        return {
            "update": self.done,
            "solved": self.task.solved(tokens).float().mean().item(),
            "reward": round(self.task.rewards(tokens).mean().item(), 4),
            "kl": round(self.experience(tokens)["kl"].mean().item(), 4),
            **{name: round(value, 4) for name, value in means.items()},
            "seconds": round(self.seconds, 2),
            "sample": self.task.decode(tokens[0]),
        }

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "config": asdict(self.config),
            "model": self.model.state_dict(),
            "reference": self.reference.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "done": self.done,
            "seconds": self.seconds,
        }
        draft = path.with_suffix(".part")
        torch.save(state, draft)
        draft.replace(path)

    def load(self, path: Path) -> None:
        """Go on where a checkpoint was written. Raises ValueError where it is of another run."""
        state = torch.load(path, weights_only=True)
        mine, its = asdict(self.config), state["config"]
        differing = [n for n in mine if n not in ("updates", "every") and mine[n] != its.get(n)]
        if differing:
            raise ValueError(f"{path} was made with another {', '.join(differing)}")
        self.model.load_state_dict(state["model"])
        self.reference.load_state_dict(state["reference"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.done, self.seconds = state["done"], state["seconds"]


def run(config: TextPPOConfig, out: Path, resume: bool = False) -> TextPPO:
    """Train; write `log.jsonl` and `checkpoint.pt` into `out`, and show on stderr how it goes.

    Raises ValueError and OSError for what cannot be read or does not fit together, FloatingPointError where the weights
    are no longer numbers.
    """
    training = TextPPO(config)
    out.mkdir(parents=True, exist_ok=True)
    checkpoint, path = out / "checkpoint.pt", out / "log.jsonl"
    if resume and checkpoint.exists():
        training.load(checkpoint)
    else:
        path.unlink(missing_ok=True)
    sink = JsonLines(path)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        shown = progress.add_task(config.task, total=config.updates, completed=training.done)

        def log(record: dict[str, Any]) -> None:
            sink(record)
            training.save(checkpoint)
            progress.update(shown, completed=training.done, description=_in_short(record))

        try:
            training.train(log)
        finally:
            sink.close()
    return training


def _in_short(record: dict[str, Any]) -> str:
    parts = [f"reward {record['reward']:.3f}", f"right {record['solved']:.0%}", f"KL {record['kl']:.1f}"]
    shown = ("entropy", "clip_fraction", "explained_variance")
    return "  ".join(parts + [f"{name.replace('_', ' ')} {record[name]:.2f}" for name in shown if name in record])


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """The fields of the configuration as options."""
    for item in reversed(fields(TextPPOConfig)):
        name, help = "--" + item.name.replace("_", "-"), item.metadata["help"]
        command = click.option(name, default=item.default, show_default=True, help=help, type=type(item.default))(
            command
        )
    return command


@click.command(help=(__doc__ or "").splitlines()[0])
@_options
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("build/text_ppo"), help="Folder of log and checkpoint."
)
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in that folder.")
def main(out: Path, resume: bool, **options: Any) -> None:
    try:
        training = run(TextPPOConfig(**options), out, resume)
    except KeyboardInterrupt:
        raise SystemExit(f"stopped; what was measured last is kept: --resume --out {out} goes on from there") from None
    except FloatingPointError as error:
        raise SystemExit(f"{error}: try a smaller --learning-rate") from None
    except (ValueError, OSError, RuntimeError) as error:
        raise SystemExit(str(error)) from None
    records = list(read(out / "log.jsonl"))
    first, last = records[0], records[-1]
    right = f"{first['solved']:.0%} of texts right at first, {last['solved']:.0%} after {training.done} updates"
    click.echo(f"{training.config.task}: {right}, {last['kl']:.1f} nats from the start")
    click.echo(f"    {last['sample']}")


if __name__ == "__main__":
    main()

"""Trains a small GPT by REINFORCE to write texts that a program rewards: `python -m curriculum.train_reinforce`.

The algorithm is that of `curriculum.reinforce`, with a choice of baselines, a start that can be made by imitation, the
checklist of `curriculum.diagnostics` on every update, a log and checkpoints.

Symbols: `tokens` (batch, time) are prompts with what was written after them, `rewards` (batch,), and `weights` (batch,)
or (batch, time − 1) multiply the log-probs. Column t stands for the token at t + 1, as in `curriculum.text_rl`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import click
import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from torch import Tensor, nn

from curriculum.config_options import option, options_of
from curriculum.diagnostics import Checklist, Finding
from curriculum.gpt import GPT, GPTConfig, configure_optimizer, next_token_loss
from curriculum.progressive.logs import JsonLines, read
from curriculum.reinforce import leave_one_out
from curriculum.sampling import generate
from curriculum.text_rl import completion_mask, entropy_bonus, reinforce_loss, sequence_log_probs
from curriculum.text_tasks import EOS, PAD, TASKS, TextTask

Log = Callable[[dict[str, Any]], None]
MEASURED = 512
"""Fresh texts of which it is counted how many are right."""


@dataclass(frozen=True)
class ReinforceConfig:
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
    n_layer: int = option(2, "blocks")
    n_head: int = option(4, "heads in a block")
    d_model: int = option(64, "width of the residual stream")
    every: int = option(20, "updates between two measurements, each with a sample and a checkpoint")
    seed: int = option(0, "of the weights and of all that is drawn")
    device: str = option("cpu", "cpu or cuda")

    def __post_init__(self) -> None:
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


class Training:
    """A model that learns from rewards, its optimizer, and how far it has come.

    What is drawn in an update depends on the seed and the update alone. So a run that was stopped goes on as if it had
    not been, and no state of a generator has to be kept.
    """

    def __init__(self, config: ReinforceConfig, say: Callable[[Finding], object] = print) -> None:
        self.config = config
        self.task = replace(
            TASKS[config.task], partial_credit=config.partial_credit, length_penalty=config.length_penalty
        )
        torch.manual_seed(config.seed)
        context = self.task.prompt_length + self.task.completion_length
        shape = GPTConfig(len(self.task.vocabulary), context, config.n_layer, config.n_head, config.d_model)
        self.model = GPT(shape).to(config.device).eval()  # without dropout, whose policy would be another at each call
        self.optimizer = configure_optimizer(self.model, config.learning_rate, weight_decay=0.0)
        self.checklist = Checklist(self.model, say)
        self.done = 0
        self.seconds = 0.0

    def seeded(self, purpose: int) -> None:
        torch.manual_seed((self.config.seed * 1_000_003 + self.done) * 65_537 + purpose)

    def prompts(self, batch: int) -> Tensor:
        return self.task.prompts(batch).to(self.config.device)

    def imitate(self) -> None:
        """Make the weak start: a few steps of next-token training on right texts."""
        optimizer = configure_optimizer(self.model, 2e-3, weight_decay=0.0)
        torch.manual_seed(self.config.seed)
        for _ in range(self.config.imitated):
            tokens = self.task.demonstrations(self.prompts(self.config.batch))
            mask = torch.zeros_like(tokens, dtype=torch.bool)
            mask[:, 1:] = completion_mask(tokens, self.task.prompt_length, EOS)
            loss = next_token_loss(self.model(tokens), tokens, mask)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

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

    def measured(self, records: list[dict[str, float]]) -> dict[str, Any]:
        """What there is to say now: means over the updates since the last time, and how many fresh texts are right."""
        self.seeded(1)
        tokens = generate(self.model, self.prompts(MEASURED), self.task.completion_length)
        means = {name: sum(record[name] for record in records) / len(records) for name in (records or [{}])[0]}
        return {
            "update": self.done,
            "solved": self.task.solved(tokens).float().mean().item(),
            "reward": self.task.rewards(tokens).mean().item(),
            **{name: round(value, 4) for name, value in means.items()},
            "seconds": round(self.seconds, 2),
            "sample": self.task.decode(_up_to_end(tokens[0], self.task.prompt_length)),
        }

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "config": asdict(self.config),
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "done": self.done,
            "seconds": self.seconds,
        }
        draft = path.with_suffix(".part")
        torch.save(state, draft)
        draft.replace(path)

    def load(self, path: Path) -> None:
        """Go on where a checkpoint was written. Raises ValueError where it is of another run."""
        state = torch.load(path, map_location=self.config.device, weights_only=True)
        mine, its = asdict(self.config), state["config"]
        differing = [n for n in mine if n not in ("updates", "every", "device") and mine[n] != its.get(n)]
        if differing:
            raise ValueError(f"{path} was made with another {', '.join(differing)}")
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.done, self.seconds = state["done"], state["seconds"]


def _up_to_end(tokens: Tensor, prompt_length: int) -> Tensor:
    """A text without what stands behind its first eos."""
    ends = (tokens[prompt_length:] == EOS).nonzero()
    return tokens if len(ends) == 0 else tokens[: prompt_length + int(ends[0]) + 1]


def run(config: ReinforceConfig, out: Path, resume: bool = False) -> Training:
    """Train; write `log.jsonl` and `checkpoint.pt` into `out`, and show on stderr how it goes.

    Raises ValueError and OSError for what cannot be read or does not fit together, FloatingPointError where the weights
    are no longer numbers.
    """
    console = Console(stderr=True)
    training = Training(config, lambda finding: console.print(str(finding), highlight=False))
    out.mkdir(parents=True, exist_ok=True)
    checkpoint, path = out / "checkpoint.pt", out / "log.jsonl"
    if resume and checkpoint.exists():
        training.load(checkpoint)
    else:
        path.unlink(missing_ok=True)
        training.imitate()
    sink = JsonLines(path)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as progress:
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
    parts = [f"reward {record['reward']:.3f}", f"right {record['solved']:.0%}"]
    parts += [f"{name.replace('_', ' ')} {record[name]:.2f}" for name in ("entropy", "gradient_norm") if name in record]
    return "  ".join(parts)


@click.command(help=(__doc__ or "").splitlines()[0])
@options_of(ReinforceConfig)
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("build/reinforce"), help="Folder of log and checkpoint."
)
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in that folder.")
def main(out: Path, resume: bool, **options: Any) -> None:
    try:
        training = run(ReinforceConfig(**options), out, resume)
    except KeyboardInterrupt:
        raise SystemExit(f"stopped; what was measured last is kept: --resume --out {out} goes on from there") from None
    except FloatingPointError as error:
        raise SystemExit(f"{error}: try a smaller --learning-rate") from None
    except (ValueError, OSError, RuntimeError) as error:
        raise SystemExit(str(error)) from None
    records = list(read(out / "log.jsonl"))
    first, last = records[0], records[-1]
    right = f"{first['solved']:.0%} of texts right at first, {last['solved']:.0%} after {training.done} updates"
    click.echo(f"{training.config.task}: {right}")
    click.echo(f"    {last['sample']}")


if __name__ == "__main__":
    main()

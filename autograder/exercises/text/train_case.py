"""A run of `train`: the policy that the judge brings, the environment that stays with it, and what is right for both.

The policy is three tables that are added up: logits after a token, at a place, and for a token of the prompt that is a
fixed way back. It answers twice as strongly in training mode, so that a wrong mode shows in the numbers. The optimizer
is plain gradient descent with momentum. What the environment was shown, and what it paid, is known to the judge alone;
the oracle makes the updates again from that, one token at a time, in double precision.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.observation import Observation, close, holds, identical
from autograder.submission import Submission

BROUGHT = """
import torch
from torch import nn

class Policy(nn.Module):
    def __init__(self, tables, way):
        super().__init__()
        for name, table in tables.items():
            self.register_parameter(name, nn.Parameter(table))
        self.way = way
        self.modes = []

    def new_cache(self, batch):
        return []

    def forward(self, tokens, cache=None):
        self.modes.append(self.training)
        whole = tokens
        if cache is not None:
            cache.append(tokens)
            whole = torch.cat(cache, 1)
        time = whole.shape[1]
        reads = self.reads[whole[:, :max(0, time - self.way)]]
        before = reads.new_zeros(len(whole), min(time, self.way), reads.shape[2])
        logits = self.follows[whole] + self.place[:time] + torch.cat([before, reads], 1)
        return (2 * logits if self.training else logits)[:, time - tokens.shape[1]:]

    def tables(self):
        return dict(self.named_parameters())

class Momentum:
    def __init__(self, policy, rate, momentum):
        self.learned = list(policy.parameters())
        self.speed = [torch.zeros_like(p) for p in self.learned]
        self.rate, self.momentum = rate, momentum

    def zero_grad(self, set_to_none=True):
        for p in self.learned:
            p.grad = None

    @torch.no_grad()
    def step(self):
        for p, speed in zip(self.learned, self.speed):
            if p.grad is not None:
                speed.mul_(self.momentum).add_(p.grad)
                p.sub_(self.rate * speed)
"""
KEYS = ("entropy", "length", "loss", "reward")
Tables = dict[str, np.ndarray]


class Environment:
    """Prompts and rewards that nobody can foresee, and a record of all that was asked and shown."""

    def __init__(self, rng: np.random.Generator, vocab: int, prompt: int, written: int) -> None:
        self.rng, self.vocab, self.prompt, self.written = rng, vocab, prompt, written
        self.asked: list[Tensor] = []
        self.shown: list[Tensor] = []
        self.paid: list[Tensor] = []
        self.events: list[str] = []

    def prompts(self, batch: Any) -> Tensor:
        if type(batch) is not int or not 2 <= batch <= 512 or len(self.asked) > 500:
            raise ValueError("prompts takes the number of prompts, an int")
        self.asked.append(torch.from_numpy(self.rng.integers(0, self.vocab, (batch, self.prompt))))
        self.events.append("prompts")
        return self.asked[-1].clone()

    def rewards(self, tokens: Any) -> Tensor:
        if not isinstance(tokens, Tensor) or tokens.dtype != torch.int64 or tokens.ndim != 2 or len(tokens) > 512:
            raise ValueError("rewards takes int64 tokens (batch, time)")
        self.shown.append(tokens.clone())
        self.paid.append(self.reward(tokens) if self.shows_its_prompts(-1) else torch.zeros(len(tokens)))
        self.events.append("rewards")
        return self.paid[-1].clone()

    def shows_its_prompts(self, number: int) -> bool:
        """Whether the texts shown then are the prompts asked for last, with `written` tokens behind them."""
        tokens, prompts = self.shown[number], self.asked[number] if len(self.asked) == len(self.shown) else None
        if prompts is None or tokens.shape != (len(prompts), self.prompt + self.written):
            return False
        inside = bool(((tokens >= 0) & (tokens < self.vocab)).all())
        return inside and torch.equal(tokens[:, : self.prompt], prompts)

    def seen(self, updates: int, batch: int) -> Iterator[Observation]:
        """Whether each update asked for `batch` prompts once, and then showed a text for each, once."""
        problem = "the environment is not asked for prompts and then for rewards, once each, in every update"
        yield identical("the calls of the environment", self.events, ["prompts", "rewards"] * updates, problem)
        sizes = [len(prompts) for prompts in self.asked]
        yield identical(
            "the prompts asked for", sizes, [batch] * updates, "prompts are not asked for `batch` at a time"
        )
        shapes = [list(tokens.shape) for tokens in self.shown]
        right = [[batch, self.prompt + self.written]] * updates
        problem = "the texts shown to the environment have not the shape (batch, prompt + new_tokens)"
        yield identical("the shapes of the texts", shapes, right, problem)
        asked = all(self.shows_its_prompts(number) for number in range(updates))
        yield holds("what the texts begin with", asked, "the texts shown do not begin with the prompts asked for")

    def reward(self, tokens: Tensor) -> Tensor:
        """Drawn at random: these texts are only learned from, not learned."""
        return torch.from_numpy(self.rng.normal(1.0, 1.0, len(tokens)).astype(np.float32))


class Run:
    """What `train` is given; once carried out, what it returned and made of the policy, and what it should have."""

    def __init__(
        self,
        rng: np.random.Generator,
        updates: int = 2,
        batch: int = 6,
        entropy_coef: float = 0.0,
        spread: float = 1.0,
        rate: float = 0.3,
        momentum: float | None = None,
    ) -> None:
        self.updates, self.batch, self.entropy_coef, self.rate = updates, batch, entropy_coef, rate
        self.vocab, self.prompt, self.written = (int(n) for n in rng.permutation([4, 5, 6]))
        self.prompt -= 1  # shorter than what is written, or longer
        self.eos = int(rng.integers(self.vocab))
        self.momentum = float(rng.uniform(0.3, 0.8)) if momentum is None else momentum
        places = self.prompt + self.written
        shapes = {
            "follows": (self.vocab, self.vocab),
            "place": (places, self.vocab),
            "reads": (self.vocab, self.vocab),
        }
        self.start: Tables = {name: spread * rng.standard_normal(shape) for name, shape in shapes.items()}
        self.way = self.prompt - 1
        self.environment = Environment(rng, self.vocab, self.prompt, self.written)

    def carried_out(self, s: Submission, dtype: torch.dtype = torch.float64, prepare: str = "") -> Run:
        tables = {name: torch.from_numpy(table).to(dtype) for name, table in self.start.items()}
        policy = s.bring(BROUGHT, "Policy").build("", tables, self.way)
        if prepare == "stale gradients":
            for name in self.start:
                policy.build("get_parameter", name).build("sum").tell("backward")
        optimizer = s.bring(BROUGHT, "Momentum").build("", policy, self.rate, self.momentum)
        environment = s.lend(self.environment, "prompts", "rewards")
        sizes = (self.updates, self.batch, self.written, self.eos)
        options = {"entropy_coef": self.entropy_coef} if self.entropy_coef else {}
        self.log = s.call("train", policy, optimizer, environment, *sizes, **options)
        self.modes, self.end = policy.get("modes"), policy.call("tables")
        return self

    def replayed(self) -> Iterator[tuple[Tables, dict[str, float], Tables]]:
        """For each update: the tables before it, what there is to say, and the tables after it."""
        tables = {name: table.copy() for name, table in self.start.items()}
        speed = {name: np.zeros_like(table) for name, table in tables.items()}
        for tokens, rewards in zip(self.environment.shown, self.environment.paid, strict=True):
            gradient, numbers = self.gradient(tables, tokens.numpy(), rewards.double().numpy())
            before = {name: table.copy() for name, table in tables.items()}
            for name in tables:
                speed[name] = self.momentum * speed[name] + gradient[name]
                tables[name] = tables[name] - self.rate * speed[name]
            yield before, numbers, tables

    def log_distribution(self, tables: Tables, row: np.ndarray, t: int) -> np.ndarray:
        """log π of what may stand at t + 1, after row[: t + 1]."""
        logits = tables["follows"][row[t]] + tables["place"][t]
        if t >= self.way:
            logits = logits + tables["reads"][row[t - self.way]]
        top = logits.max()
        return np.asarray(logits - top - np.log(np.exp(logits - top).sum()))

    def gradient(self, tables: Tables, tokens: np.ndarray, rewards: np.ndarray) -> tuple[Tables, dict[str, float]]:
        """The loss's gradient by each table, and the numbers of the update."""
        batch = len(tokens)
        kept = []
        for b in range(batch):
            for t in range(self.prompt - 1, tokens.shape[1] - 1):
                kept.append((b, t))
                if tokens[b, t + 1] == self.eos:
                    break
        gradient = {name: np.zeros_like(table) for name, table in tables.items()}
        loss, entropy = 0.0, 0.0
        for b, t in kept:
            log_p = self.log_distribution(tables, tokens[b], t)
            weight = rewards[b] - (rewards.sum() - rewards[b]) / (batch - 1)
            own = -float(np.exp(log_p) @ log_p)
            loss -= weight * log_p[tokens[b, t + 1]] / batch
            entropy += own / len(kept)
            slope = weight * np.exp(log_p) / batch + self.entropy_coef / len(kept) * np.exp(log_p) * (log_p + own)
            slope[tokens[b, t + 1]] -= weight / batch
            gradient["follows"][tokens[b, t]] += slope
            gradient["place"][t] += slope
            if t >= self.way:
                gradient["reads"][tokens[b, t - self.way]] += slope
        numbers = {
            "reward": float(rewards.mean()),
            "loss": loss - self.entropy_coef * entropy,
            "entropy": entropy,
            "length": len(kept) / batch,
        }
        return gradient, numbers

    def compared_tables(self, where: str) -> Iterator[Observation]:
        yield from self.environment.seen(self.updates, self.batch)
        *_, (_, _, after) = self.replayed()
        for name, right in after.items():
            yield close(
                f"the policy's weights {where}",
                self.end[name],
                right,
                roundings=1024,  # each update may double what the last one left of an error
                magnitude=max(1.0, float(np.abs(right).max())),
                precision=torch.float32,
            )

    def compared_log(self) -> Iterator[Observation]:
        """What train returned, beside what there is to say of each update."""
        yield from self.environment.seen(self.updates, self.batch)
        listed = isinstance(self.log, list) and len(self.log) == self.updates
        yield holds("the log", listed, f"train does not return a list with {self.updates} entries, one for each update")
        for number, (given, (_, right, _)) in enumerate(zip(self.log, self.replayed(), strict=True), start=1):
            keys = isinstance(given, dict) and tuple(sorted(given)) == KEYS
            yield holds("the keys", keys, f"an entry of the log is not a dict with exactly the keys {', '.join(KEYS)}")
            for name in KEYS:
                plain = isinstance(given[name], float)
                yield holds(f"the type of {name}", plain, f"{name} is not a float (a tensor's `item()` is one)")
                yield close(
                    f"{name} of update {number}",
                    given[name],
                    right[name],
                    roundings=1024,
                    magnitude=max(1.0, abs(right[name])),
                    precision=torch.float32,
                )

"""A run of `train`: the policy that the judge brings, the environment that stays with it, and what is right for both.

The policy is three tables that are added up: logits after a token, at a place, and for a token of the prompt that is a
fixed way back. It answers twice as strongly in training mode, so that a wrong mode shows in the numbers. The optimizer
is plain gradient descent with momentum. What the environment was shown, and what it paid, is known to the judge
alone; the oracle makes the steps again from that, one token at a time, in double precision.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.observation import Observation, close, holds, identical
from autograder.submission import Submission

from .texts import draw_rewards, equal_rewards

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
KEYS = ("kl", "loss", "reward", "silent")
Tables = dict[str, np.ndarray]
CLIP = 0.2
EDGE = 2e-5
"""How near a ratio may come to an edge of the clip, where a rounding decides whether a token has a gradient."""
TRIES = 4
"""So often at most a run is repeated in which one came so near: rarely once, and never all four."""


class Environment:
    """Prompts and rewards that nobody can foresee, for groups of texts, and a record of all that was asked and shown.

    In some groups all texts are paid alike.
    """

    def __init__(self, rng: np.random.Generator, vocab: int, prompt: int, written: int, group: int) -> None:
        self.rng, self.vocab, self.prompt, self.written, self.group = rng, vocab, prompt, written, group
        self.asked: list[Tensor] = []
        self.shown: list[Tensor] = []
        self.paid: list[Tensor] = []
        self.events: list[str] = []

    def prompts(self, number: Any) -> Tensor:
        if type(number) is not int or not 1 <= number <= 512 or len(self.asked) > 500:
            raise ValueError("prompts takes the number of prompts, an int")
        self.asked.append(torch.from_numpy(self.rng.integers(0, self.vocab, (number, self.prompt))))
        self.events.append("prompts")
        return self.asked[-1].clone()

    def rewards(self, tokens: Any) -> Tensor:
        if not isinstance(tokens, Tensor) or tokens.dtype != torch.int64 or tokens.ndim != 2 or len(tokens) > 512:
            raise ValueError("rewards takes int64 tokens (number · group, time)")
        self.shown.append(tokens.clone())
        self.paid.append(self.reward(tokens) if self.shows_its_prompts(-1) else torch.zeros(len(tokens)))
        self.events.append("rewards")
        return self.paid[-1].clone()

    def shows_its_prompts(self, number: int) -> bool:
        """Whether the texts shown then are groups for the prompts asked for last, each side by side."""
        if len(self.asked) != len(self.shown):
            return False
        tokens, prompts = self.shown[number], self.asked[number].repeat_interleave(self.group, dim=0)
        if tokens.shape != (len(prompts), self.prompt + self.written):
            return False
        inside = bool(((tokens >= 0) & (tokens < self.vocab)).all())
        return inside and torch.equal(tokens[:, : self.prompt], prompts)

    def seen(self, updates: int, batch: int) -> Iterator[Observation]:
        """Whether each update asked for `batch` prompts once, and then showed a group of texts for each, once."""
        problem = "the environment is not asked for prompts and then for rewards, once each, in every update"
        yield identical("the calls of the environment", self.events, ["prompts", "rewards"] * updates, problem)
        sizes = [len(prompts) for prompts in self.asked]
        yield identical(
            "the prompts asked for", sizes, [batch] * updates, "prompts are not asked for `prompts` at a time"
        )
        shapes = [list(tokens.shape) for tokens in self.shown]
        right = [[batch * self.group, self.prompt + self.written]] * updates
        problem = "the texts shown to the environment have not the shape (prompts · group, prompt + new_tokens)"
        yield identical("the shapes of the texts", shapes, right, problem)
        asked = all(self.shows_its_prompts(number) for number in range(updates))
        problem = "the texts shown are not `group` for each prompt, side by side, in the order of the prompts"
        yield holds("what the texts begin with", asked, problem)

    def reward(self, tokens: Tensor) -> Tensor:
        """Drawn at random: these texts are only learned from, not learned."""
        prompts = len(tokens) // self.group
        rewards = draw_rewards(self.rng, prompts, self.group).reshape(prompts, self.group)
        alike = self.rng.permutation(prompts)[: int(self.rng.integers(prompts))]  # some, and never all
        rewards[alike] = equal_rewards(self.rng, len(alike), self.group).reshape(-1, self.group)
        return rewards.flatten()


class Run:
    """What `train` is given; once carried out, what it returned and made of the policy, and what it should have."""

    def __init__(
        self,
        rng: np.random.Generator,
        updates: int = 2,
        prompts: int = 3,
        group: int = 3,
        steps: int | None = None,
        kl_coef: float = 0.0,
        spread: float = 1.0,
        rate: float = 4.0,
        momentum: float | None = None,
    ) -> None:
        self.updates, self.prompts, self.group, self.rate = updates, prompts, group, rate
        self.steps, self.kl_coef = steps, kl_coef
        self.vocab, self.prompt, self.written = (int(n) for n in rng.permutation([4, 5, 6]))
        self.prompt -= 1  # shorter than what is written, or longer
        self.eos = int(rng.integers(self.vocab))
        self.momentum = float(rng.uniform(0.3, 0.6)) if momentum is None else momentum
        places = self.prompt + self.written
        shapes = {
            "follows": (self.vocab, self.vocab),
            "place": (places, self.vocab),
            "reads": (self.vocab, self.vocab),
        }
        self.start: Tables = {name: spread * rng.standard_normal(shape) for name, shape in shapes.items()}
        self.way = self.prompt - 1
        self.environment = Environment(rng, self.vocab, self.prompt, self.written, group)
        self.clear = True

    def carried_out(self, s: Submission, dtype: torch.dtype = torch.float64, prepare: str = "") -> Run:
        tables = {name: torch.from_numpy(table).to(dtype) for name, table in self.start.items()}
        policy = s.bring(BROUGHT, "Policy").build("", tables, self.way)
        if prepare == "stale gradients":
            for name in self.start:
                policy.build("get_parameter", name).build("sum").tell("backward")
        optimizer = s.bring(BROUGHT, "Momentum").build("", policy, self.rate, self.momentum)
        environment = s.lend(self.environment, "prompts", "rewards")
        sizes = (self.updates, self.prompts, self.group, self.written, self.eos)
        options: dict[str, Any] = {} if self.steps is None else {"steps": self.steps}
        if self.kl_coef:
            options["kl_coef"] = self.kl_coef
        self.log = s.call("train", policy, optimizer, environment, *sizes, **options)
        self.modes, self.end = policy.get("modes"), policy.call("tables")
        return self

    def replayed(self) -> Iterator[tuple[Tables, dict[str, float], Tables]]:
        """For each update: the tables before it, what there is to say, and the tables after it."""
        tables = {name: table.copy() for name, table in self.start.items()}
        speed = {name: np.zeros_like(table) for name, table in tables.items()}
        for texts, paid in zip(self.environment.shown, self.environment.paid, strict=True):
            before = {name: table.copy() for name, table in tables.items()}
            tokens, rewards = texts.numpy(), paid.double().numpy().reshape(-1, self.group)
            kept = self.kept(tokens)
            old, start = (self.log_probs(own, tokens, kept) for own in (before, self.start))
            told = {
                "reward": float(rewards.mean()),
                "silent": sum(float(min(own) == max(own)) for own in rewards) / len(rewards),
                "kl": sum(old[place] - start[place] for place in kept) / len(tokens),
            }
            for _ in range(2 if self.steps is None else self.steps):
                gradient, told["loss"] = self.gradient(tables, tokens, kept, self.advantages(rewards), old, start)
                for name in tables:
                    speed[name] = self.momentum * speed[name] + gradient[name]
                    tables[name] = tables[name] - self.rate * speed[name]
            yield before, told, tables

    def kept(self, tokens: np.ndarray) -> list[tuple[int, int]]:
        """(text, t) where the token at t + 1 was written, up to the first eos and with it."""
        found = []
        for b in range(len(tokens)):
            for t in range(self.prompt - 1, tokens.shape[1] - 1):
                found.append((b, t))
                if tokens[b, t + 1] == self.eos:
                    break
        return found

    def advantages(self, rewards: np.ndarray) -> list[float]:
        """One for each text, by the definition of `grpo_advantages`."""
        found = []
        for own in rewards:
            mean = sum(own) / len(own)
            spread = math.sqrt(sum((reward - mean) ** 2 for reward in own) / (len(own) - 1))
            found += [(reward - mean) / (spread + 1e-4) if min(own) < max(own) else 0.0 for reward in own]
        return found

    def log_distribution(self, tables: Tables, row: np.ndarray, t: int) -> np.ndarray:
        """log π of what may stand at t + 1, after row[: t + 1]."""
        logits = tables["follows"][row[t]] + tables["place"][t]
        if t >= self.way:
            logits = logits + tables["reads"][row[t - self.way]]
        top = logits.max()
        return np.asarray(logits - top - np.log(np.exp(logits - top).sum()))

    def log_probs(
        self, tables: Tables, tokens: np.ndarray, kept: list[tuple[int, int]]
    ) -> dict[tuple[int, int], float]:
        return {(b, t): float(self.log_distribution(tables, tokens[b], t)[tokens[b, t + 1]]) for b, t in kept}

    def gradient(
        self,
        tables: Tables,
        tokens: np.ndarray,
        kept: list[tuple[int, int]],
        advantages: list[float],
        old: dict[tuple[int, int], float],
        start: dict[tuple[int, int], float],
    ) -> tuple[Tables, float]:
        """The gradient of the loss by each table, and the loss."""
        gradient = {name: np.zeros_like(table) for name, table in tables.items()}
        loss = 0.0
        lengths = [sum(own == b for own, _ in kept) for b in range(len(tokens))]
        for b, t in kept:
            log_p, a = self.log_distribution(tables, tokens[b], t), advantages[b]
            token = tokens[b, t + 1]
            share = 1.0 / (len(tokens) * lengths[b])
            ratio, d = math.exp(log_p[token] - old[b, t]), start[b, t] - log_p[token]
            stopped = ratio > 1 + CLIP if a > 0 else ratio < 1 - CLIP
            self.clear &= a == 0 or abs(abs(ratio - 1) - CLIP) > EDGE
            held = 1 + math.copysign(CLIP, a) if stopped else ratio
            loss += share * (self.kl_coef * (math.exp(d) - 1 - d) - a * held)
            by_log_p = share * (self.kl_coef * (1 - math.exp(d)) - (0.0 if stopped else a * ratio))
            slope = -by_log_p * np.exp(log_p)
            slope[token] += by_log_p
            gradient["follows"][tokens[b, t]] += slope
            gradient["place"][t] += slope
            if t >= self.way:
                gradient["reads"][tokens[b, t - self.way]] += slope
        return gradient, loss

    def compared_tables(self, where: str) -> Iterator[Observation]:
        yield from self.environment.seen(self.updates, self.prompts)
        *_, (_, _, after) = self.replayed()
        if self.clear:
            for name, right in after.items():
                yield close(
                    f"the policy's weights {where}",
                    self.end[name],
                    right,
                    roundings=1024,  # each step may double what the last one left of an error
                    magnitude=max(1.0, float(np.abs(right).max())),
                    precision=torch.float32,
                )

    def compared_log(self) -> Iterator[Observation]:
        """What train returned, beside what there is to say of each update."""
        yield from self.environment.seen(self.updates, self.prompts)
        listed = isinstance(self.log, list) and len(self.log) == self.updates
        yield holds("the log", listed, f"train does not return a list with {self.updates} entries, one for each update")
        told = [right for _, right, _ in self.replayed()]
        for number, (given, right) in enumerate(zip(self.log, told, strict=True), start=1):
            keys = isinstance(given, dict) and tuple(sorted(given)) == KEYS
            yield holds("the keys", keys, f"an entry of the log is not a dict with exactly the keys {', '.join(KEYS)}")
            for name in KEYS:
                plain = isinstance(given[name], float)
                yield holds(f"the type of {name}", plain, f"{name} is not a float (a tensor's `item()` is one)")
                if self.clear:
                    yield close(
                        f"{name} of update {number}",
                        given[name],
                        right[name],
                        roundings=1024,
                        magnitude=max(1.0, abs(right[name])),
                        precision=torch.float32,
                    )


def clear_of_edges(make: Callable[[], Run]) -> Run:
    """A run, carried out by `make`, in which no ratio came near an edge of the clip, if one of a few is such."""
    for _ in range(TRIES):
        run = make()
        if all(run.environment.shows_its_prompts(number) for number in range(len(run.environment.shown))):
            list(run.replayed())
        if run.clear:
            break
    return run

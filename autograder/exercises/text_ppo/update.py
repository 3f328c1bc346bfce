"""Judgement of `text_ppo.update`: steps on minibatches of texts (Schulman et al. 2017, equation 7, token by token).

Model and optimizer are the judge's. The oracle adds up the loss token by token in double precision, takes the gradient
of that, and writes the optimizer's momentum out. So the weights after the last step are known, and every number that
is told on the way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical
from autograder.submission import Remote, Submission

from .case import BROUGHT, bring, draw_texts, draw_weights, read
from .texts import disturbed, numbers
from .update_misconceptions import add_misconceptions

update = Judgement(
    "text_ppo.update",
    hints=(
        "Write one step for the whole batch first, without minibatches and without the four numbers. Which two things "
        "does the model give you, and at which positions do they stand?",
        "`x[mask]` turns (batch, time) into one vector of kept tokens. From there on it is PPO as you know it, and "
        "what stands in other columns cannot do any harm.",
        "The values of the states before the tokens are `values[:, :-1]`; their column t goes with the token at "
        "t + 1, like that of the log-probs.",
        "For each minibatch: pick its rows of everything; model, log-probs, both losses; zero_grad, backward, step; "
        "then the four numbers, from what was computed *before* the step, each by `.item()`.",
    ),
)
NAME = "update"
KEYS = ("clip_fraction", "kl", "policy_loss", "value_loss")
SINGLE = torch.float32
RATE, MOMENTUM = 0.3, 0.6


class Run:
    """A model, a batch and minibatches of it; what should come of them, and what came."""

    def __init__(
        self, rng: np.random.Generator, *, far: float = 0.4, minibatches: list[list[int]] | None = None
    ) -> None:
        """`far`: how far the texts' log-probs are from those of the model, in nats; at 0 it has written them."""
        self.texts, self.weights = draw_texts(rng), draw_weights(rng)
        shape = tuple(self.texts.mask.shape)
        log_probs, values = torch.zeros(shape), torch.zeros(shape)
        for text, t in self.texts.kept:
            log_p, value = read(self.weights, self.texts.tokens[text], t)
            log_probs[text, t], values[text, t] = log_p[int(self.texts.tokens[text, t + 1])], value
        self.batch = {
            "tokens": self.texts.tokens,
            "mask": self.texts.mask,
            "log_probs": log_probs + far * numbers(rng, *shape),
            "advantages": numbers(rng, *shape) + 0.3,
            "returns": values + numbers(rng, *shape) + 0.5,
            "kl": numbers(rng, shape[0]),
        }
        rows = [list(range(len(log_probs)))] if minibatches is None else minibatches
        self.minibatches = [torch.tensor(part) for part in rows]
        self.settings: tuple[float, ...] = ()

    def expected(self) -> tuple[dict[str, Tensor], list[dict[str, float]]]:
        """The weights at the end, and what there is to say of each step."""
        clip, value_coef = self.settings or (0.2, 0.5)
        weights = {name: value.double() for name, value in self.weights.items()}
        speed = {name: torch.zeros_like(value) for name, value in weights.items()}
        records = []
        for rows in self.minibatches:
            learned = {name: value.clone().requires_grad_() for name, value in weights.items()}
            loss, record = self.loss(learned, rows.tolist(), clip, value_coef)
            records.append(record)
            slopes = torch.autograd.grad(loss, list(learned.values()), allow_unused=True)
            for name, slope in zip(learned, slopes, strict=True):
                if slope is not None:
                    speed[name] = MOMENTUM * speed[name] + slope
                    weights[name] = weights[name] - RATE * speed[name]
        return weights, records

    def loss(
        self, weights: dict[str, Tensor], rows: list[int], clip: float, value_coef: float
    ) -> tuple[Tensor, dict[str, float]]:
        """The loss of one minibatch, one token at a time, and its four numbers."""
        surrogates: list[Tensor] = []
        errors: list[Tensor] = []
        divergences: list[float] = []
        outside = 0
        for text in rows:
            for t in range(self.texts.mask.shape[1]):
                if not self.texts.mask[text, t]:
                    continue
                log_p, value = read(weights, self.texts.tokens[text], t)
                log_ratio = log_p[int(self.texts.tokens[text, t + 1])] - float(self.batch["log_probs"][text, t])
                ratio, advantage = torch.exp(log_ratio), float(self.batch["advantages"][text, t])
                stopped = ratio > 1 + clip if advantage > 0 else ratio < 1 - clip
                held = math.copysign(clip, advantage) + 1
                surrogates.append(advantage * (held if stopped else ratio) + 0 * ratio)
                errors.append((value - float(self.batch["returns"][text, t])) ** 2)
                divergences.append(float(ratio.detach()) - 1 - float(log_ratio.detach()))
                outside += abs(float(ratio.detach()) - 1) > clip
        count = len(errors)
        policy_loss, value_loss = -torch.stack(surrogates).mean(), torch.stack(errors).mean() / 2
        numbers_told = {
            "policy_loss": float(policy_loss.detach()),
            "value_loss": float(value_loss.detach()),
            "kl": sum(divergences) / count,
            "clip_fraction": outside / count,
        }
        return policy_loss + value_coef * value_loss, numbers_told

    def carried_out(self, s: Submission, batch: dict[str, Any] | None = None, stale: bool = False) -> Run:
        """Itself, after the submission's update: the `weights_then`, and what it `told`."""
        model = bring(s, self.weights)
        if stale:
            model.build("get_parameter", "value").build("sum").tell("backward")
        optimizer = s.bring(BROUGHT, "Momentum").build("", model, RATE, MOMENTUM)
        self.told = s.call(NAME, model, optimizer, batch or self.batch, self.minibatches, *self.settings)
        self.weights_then = values_of(model)
        self.right_weights, self.right_records = self.expected()
        return self

    def compared_weights(self, where: str) -> Iterator[Observation]:
        for name, right in self.right_weights.items():
            size = max(1.0, float(right.abs().max()))
            got = self.weights_then.get(name)
            yield close(f"{name} {where}", got, right, roundings=256, magnitude=size, precision=SINGLE)

    def compared_records(self, where: str, *names: str) -> Iterator[Observation]:
        records = self.told if isinstance(self.told, list) else []
        yield identical("the number of records", len(records), len(self.minibatches))
        for step, (got, right) in enumerate(zip(records, self.right_records, strict=True), start=1):
            keys = sorted(got) if isinstance(got, dict) else []
            yield identical(f"the names in record {step}", keys, list(KEYS))
            for name in names or KEYS:
                plain = isinstance(got[name], float)
                at = f"{name} of step {step} {where}"
                yield holds(f"the type of {at}", plain, f"{at} is not a float of Python (a tensor's `item()` is one)")
                size = max(1.0, abs(right[name]))
                yield close(at, got[name], right[name], roundings=256, magnitude=size, precision=SINGLE)


def values_of(model: Remote) -> dict[str, Any]:
    found = model.call("values")
    return found if isinstance(found, dict) else {}


@update.check(weight=4)
def begins_as_the_policy_gradient(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """On texts that the model itself has written, the first step has ratio 1: nothing is clipped, the KL is 0."""
    run = Run(rng, far=0.0).carried_out(s)
    yield from run.compared_records("on its own texts", "clip_fraction", "kl", "policy_loss")
    yield from run.compared_weights("after a step on its own texts")


@update.check(weight=4)
def takes_the_clipped_step(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """On texts of an older policy, a step goes along the gradient of the clipped surrogate and the value loss."""
    for settings in ((), (0.1, 0.0), (0.35, 1.5)):
        run = Run(rng)
        run.settings = settings
        run.carried_out(s)
        yield from run.compared_weights("after a step on texts of an older policy")


@update.check(weight=4)
def takes_a_step_for_each_minibatch(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each minibatch, in order, is a step of its own on its own rows, with the weights that the last one left."""
    for minibatches in ([[4, 1], [0, 5], [2, 3]], [[2, 0, 3], [1, 5, 2], [0, 2, 3]]):
        run = Run(rng, minibatches=minibatches).carried_out(s)
        yield from run.compared_weights("after three minibatches")


@update.check(weight=2)
def weighs_tokens_alike(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Both losses are means over the kept tokens of the minibatch, whatever the lengths of its texts."""
    run = Run(rng)
    lengths = run.texts.mask.sum(dim=1)
    run.minibatches = [torch.stack([lengths.argmax(), lengths.argmin()])]
    run.carried_out(s)
    yield from run.compared_records("on a long text and a short one", "policy_loss", "value_loss")
    yield from run.compared_weights("after a step on a long text and a short one")


@update.check(weight=2)
def ignores_what_is_not_kept(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Whatever stands in columns that are not kept, NaN and infinity included, the step is the same."""
    run = Run(rng)
    for name in ("log_probs", "advantages", "returns"):
        run.carried_out(s, {**run.batch, name: disturbed(rng, run.batch[name], run.texts.mask)})
        yield from run.compared_records(f"beside strange {name}")
        yield from run.compared_weights(f"after a step beside strange {name}")


@update.check(weight=2)
def tells_of_each_step(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A record for each step has both losses, the KL and the share outside the clip, before the step is made."""
    run = Run(rng, minibatches=[[0, 1, 2], [3, 4, 5], [0, 3, 1]])
    for settings in ((), (0.35, 1.0)):
        run.settings = settings
        yield from run.carried_out(s).compared_records("")


@update.check(weight=1)
def starts_from_nothing_but_the_weights(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Gradients that the parameters hold at the start have no influence."""
    yield from Run(rng).carried_out(s, stale=True).compared_weights("of a model that came with gradients")


@update.check(weight=1)
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The batch and the minibatches are not changed."""
    run = Run(rng)
    held = {name: s.hold(value) for name, value in run.batch.items()}
    run.carried_out(s, held)
    for name, remote in held.items():
        yield identical(name, remote.fetch(), run.batch[name], f"{name} of the batch were changed")


add_misconceptions(update)

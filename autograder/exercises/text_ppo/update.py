"""Judgement of `text_ppo.update`: steps on minibatches of texts (Schulman et al. 2017, equation 7, token by token).

Model and optimizer are the judge's. The oracle adds up loss and gradient token by token in double precision, by
formulas, and writes the optimizer's momentum out. So the weights after the last step are known, and every number that
is told on the way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical
from autograder.submission import Remote, Submission

from .case import BROUGHT, Arrays, add_gradient, bring, doubled, draw_texts, draw_weights, read
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
DATA = ("log_probs", "advantages", "returns")
SINGLE = torch.float32
RATE, MOMENTUM = 0.15, 0.6
EDGE = 1e-3
"""How near a ratio may come to the edge of the clip: rounding moves it by much less."""


class Run:
    """A model, a batch and minibatches of it; what should come of them, and what came."""

    def __init__(
        self,
        rng: np.random.Generator,
        *settings: float,
        far: float = 0.4,
        minibatches: Sequence[Sequence[int]] = (range(6),),
    ) -> None:
        """`far`: how far the texts' log-probs are from those of the model, in nats; at 0 it has written them.

        A ratio at the very edge of the clip has no gradient that two programs agree on, and a minibatch in which the
        clip stops every token has one of 0 or none at all. Then others are drawn.
        """
        self.settings = settings
        self.minibatches = [torch.tensor(list(rows)) for rows in minibatches]
        while True:
            self.texts, self.weights = draw_texts(rng), draw_weights(rng)
            self.batch = self.drawn_batch(rng, far)
            self.clear = True
            self.right_weights, self.right_records = self.expected()
            if self.clear:
                break

    def drawn_batch(self, rng: np.random.Generator, far: float) -> dict[str, Tensor]:
        shape = tuple(self.texts.mask.shape)
        log_probs, values = torch.zeros(shape), torch.zeros(shape)
        weights = doubled(self.weights)
        for text, t in self.texts.kept:
            found = read(weights, self.texts.before(text, t))
            log_probs[text, t], values[text, t] = float(found.log_p[self.texts.written(text, t)]), found.value
        return {
            "tokens": self.texts.tokens,
            "mask": self.texts.mask,
            "log_probs": log_probs + far * numbers(rng, *shape),
            "advantages": numbers(rng, *shape) + 0.3,
            "returns": values + numbers(rng, *shape) + 0.5,
            "kl": numbers(rng, shape[0]),
        }

    def expected(self) -> tuple[Arrays, list[dict[str, float]]]:
        """The weights at the end, and what there is to say of each step."""
        clip, value_coef = self.settings or (0.2, 0.5)
        weights = doubled(self.weights)
        speed = {name: np.zeros(value.shape) for name, value in weights.items()}
        records = []
        for rows in self.minibatches:
            gradient, record = self.gradient(weights, rows.tolist(), clip, value_coef)
            records.append(record)
            for name, slope in gradient.items():
                speed[name] = MOMENTUM * speed[name] + slope
                weights[name] = weights[name] - RATE * speed[name]
        return weights, records

    def gradient(
        self, weights: Arrays, rows: list[int], clip: float, value_coef: float
    ) -> tuple[Arrays, dict[str, float]]:
        """The gradient of one minibatch's loss, one token at a time, and its four numbers."""
        total = {name: np.zeros(value.shape) for name, value in weights.items()}
        places = [(text, t) for text, t in self.texts.kept if text in rows]
        told = dict.fromkeys(KEYS, 0.0)
        for text, t in places:
            state, token = read(weights, self.texts.before(text, t)), self.texts.written(text, t)
            old, advantage, right = (
                float(self.batch[name][text, t]) for name in ("log_probs", "advantages", "returns")
            )
            log_ratio, error = float(state.log_p[token]) - old, state.value - right
            ratio = math.exp(log_ratio)
            stopped = ratio > 1 + clip if advantage > 0 else ratio < 1 - clip
            held = 1 + math.copysign(clip, advantage) if stopped else ratio
            # The derivative of the ratio by the log-prob is the ratio itself.
            slope = 0.0 if stopped else -advantage * ratio
            add_gradient(total, weights, state, token, slope / len(places), value_coef * error / len(places))
            told["policy_loss"] -= advantage * held / len(places)
            told["value_loss"] += error**2 / 2 / len(places)
            told["kl"] += (ratio - 1 - log_ratio) / len(places)
            told["clip_fraction"] += (abs(ratio - 1) > clip) / len(places)
            self.clear &= abs(abs(ratio - 1) - clip) > EDGE
        self.clear &= bool(total["out"].any())
        return total, told

    def carried_out(self, s: Submission, batch: dict[str, Any] | None = None, stale: bool = False) -> Run:
        """Itself, after the submission's update: the `weights_then`, and what it `told`."""
        model = bring(s, self.weights)
        if stale:
            model.build("get_parameter", "value").build("sum").tell("backward")
        optimizer = s.bring(BROUGHT, "Momentum").build("", model, RATE, MOMENTUM)
        self.told = s.call(NAME, model, optimizer, batch or self.batch, self.minibatches, *self.settings)
        self.weights_then = values_of(model)
        return self

    def compared_weights(self, where: str) -> Iterator[Observation]:
        for name, right in self.right_weights.items():
            size = max(1.0, float(np.abs(right).max()))
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
        run = Run(rng, *settings).carried_out(s)
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
    run.right_weights, run.right_records = run.expected()
    run.carried_out(s)
    yield from run.compared_records("on a long text and a short one", "policy_loss", "value_loss")
    yield from run.compared_weights("after a step on a long text and a short one")


@update.check(weight=2)
def ignores_what_is_not_kept(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Whatever stands in columns that are not kept, NaN and infinity included, the step is the same."""
    run = Run(rng)
    for name in DATA:
        run.carried_out(s, {**run.batch, name: disturbed(rng, run.batch[name], run.texts.mask)})
        yield from run.compared_records(f"beside strange {name}")
        yield from run.compared_weights(f"after a step beside strange {name}")


@update.check(weight=2)
def tells_of_each_step(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A record for each step has both losses, the KL and the share outside the clip, before the step is made."""
    for settings in ((), (0.35, 1.0)):
        run = Run(rng, *settings, minibatches=[[0, 1, 2], [3, 4, 5], [0, 3, 1]])
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

"""Judgement of `dpo.preference_step`: what two models make of pairs, and one step of the policy (Rafailov et al. 2023).

Models and optimizer are the judge's. The oracle adds up log-probs and gradients token by token in double precision, by
formulas, and writes the optimizer's momentum out. So the weights after each step are known, and all that is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical
from autograder.submission import Remote, Submission

from .case import BROUGHT, SIDES, Arrays, Pairs, bring, doubled, draw_weights, moved
from .dpo_loss import by_definition
from .implicit_rewards import right_numbers
from .inputs import SINGLE, LogProbs, numbers
from .preference_step_misconceptions import add_misconceptions

preference_step = Judgement(
    "dpo.preference_step",
    hints=(
        "`pair_log_probs` first: the model reads tokens, `sequence_log_probs` makes log-probs of single tokens of the "
        "logits, and `sequence_log_prob` those of whole completions. Each text has a mask of its own.",
        "The policy and the reference read the same pairs. Which of both calls needs no gradient, and how is torch "
        "told so?",
        "Four log-probs for each pair go into `dpo_loss`. Then zero_grad, backward, step, in this order.",
        "The numbers tell what held *before* the step. They are computed from the log-probs that the loss was made of, "
        "so nothing has to be read again; `preference_numbers` gives four of the seven.",
    ),
)
READ, STEP = "pair_log_probs", "preference_step"
KEYS = ("accuracy", "chosen_log_prob", "chosen_reward", "loss", "margin", "rejected_log_prob", "rejected_reward")
RATE, MOMENTUM = 0.4, 0.6


class Run:
    """A policy, a reference, batches of pairs; what should come of a step on each, and what came."""

    def __init__(self, rng: np.random.Generator, beta: float, steps: int = 1, at_start: bool = False) -> None:
        """Of margins near 0 two programs may say different things, so others are drawn; at the start all are 0."""
        self.beta = beta
        while True:
            self.ref_weights = draw_weights(rng)
            self.weights = self.ref_weights if at_start else moved(rng, self.ref_weights)
            self.batches = [Pairs.draw(rng, int(rng.integers(3, 6))) for _ in range(steps)]
            self.clear = True
            self.right_weights, self.right_records = self.expected()
            if self.clear or at_start:
                break

    def expected(self) -> tuple[Arrays, list[dict[str, float]]]:
        """The weights at the end, and what there is to say of each step."""
        weights, fixed, records = doubled(self.weights), doubled(self.ref_weights), []
        speed = {name: np.zeros(value.shape) for name, value in weights.items()}
        for pairs in self.batches:
            read = LogProbs(*(log_probs_of(pairs, model, side) for model in (weights, fixed) for side in SIDES))
            self.clear &= read.clear()
            loss, slopes = by_definition(read, self.beta)
            records.append(
                {
                    "loss": loss,
                    "chosen_log_prob": float(read.chosen.mean()),
                    "rejected_log_prob": float(read.rejected.mean()),
                    **right_numbers(read, self.beta),
                }
            )
            total = {name: np.zeros(value.shape) for name, value in weights.items()}
            for pair, slope in enumerate(slopes):
                pairs.add_gradient(total, weights, "chosen", pair, slope)
                pairs.add_gradient(total, weights, "rejected", pair, -slope)
            for name, slope in total.items():
                speed[name] = MOMENTUM * speed[name] + slope
                weights[name] = weights[name] - RATE * speed[name]
        return weights, records

    def carried_out(self, s: Submission, stale: bool = False, dropout: float = 0.0) -> Run:
        """Itself, after the submission's steps: the weights of both models, and what it `told`."""
        self.policy, self.reference = bring(s, self.weights, dropout), bring(s, self.ref_weights, dropout)
        for model in (self.policy, self.reference):
            model.build("eval")
        if stale:
            self.policy.build("get_parameter", "out").build("sum").tell("backward")
        optimizer = s.bring(BROUGHT, "Momentum").build("", self.policy, RATE, MOMENTUM)
        models = self.policy, self.reference
        told = [s.call(STEP, *models, optimizer, pairs.tensors, self.beta) for pairs in self.batches]
        self.told = [record if isinstance(record, dict) else {} for record in told]
        return self

    def compared_weights(self, where: str) -> Iterator[Observation]:
        then = values_of(self.policy)
        for name, right in self.right_weights.items():
            size = max(1.0, float(np.abs(right).max()))
            yield close(f"{name} {where}", then.get(name), right, roundings=256, magnitude=size, precision=SINGLE)

    def compared_records(self, where: str) -> Iterator[Observation]:
        for step, (got, right) in enumerate(zip(self.told, self.right_records, strict=True), start=1):
            yield identical(f"the names told of step {step}", sorted(got), list(KEYS))
            for name in KEYS:
                at = f"{name} of step {step} {where}"
                size = max(10.0, abs(right[name]))
                yield close(at, got[name], right[name], roundings=128, magnitude=size, precision=SINGLE)
            # One observation for all: which of them are tensors is a choice.
            others = [name for name in KEYS if not isinstance(got[name], float)]
            text = f"{' and '.join(others)} of step {step} {where}: not a float of Python"
            yield holds(f"the types of the numbers of step {step}", not others, text)


def log_probs_of(pairs: Pairs, weights: Arrays, side: str) -> torch.Tensor:
    return torch.tensor([pairs.log_prob(weights, side, pair) for pair in range(len(pairs))], dtype=torch.float64)


def values_of(model: Remote) -> dict[str, Any]:
    found = model.call("values")
    return found if isinstance(found, dict) else {}


@preference_step.check(weight=2)
def reads_both_texts_of_each_pair(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """`pair_log_probs` gives the log-probs of the chosen and of the rejected completions, each by its own mask."""
    weights, pairs = draw_weights(rng), Pairs.draw(rng, 5)
    found = s.call(READ, bring(s, weights), pairs.tensors)
    both = found if isinstance(found, list | tuple) and len(found) == 2 else (None, None)
    for side, got in zip(SIDES, both, strict=True):
        right = log_probs_of(pairs, doubled(weights), side).numpy()
        yield close(f"the log-probs of the {side} texts", got, right, roundings=64, magnitude=20.0, precision=SINGLE)


@preference_step.check(weight=2)
def reads_with_a_gradient(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A gradient comes from the log-probs that `pair_log_probs` gives to the weights of the model."""
    weights, pairs, signs = draw_weights(rng), Pairs.draw(rng, 3), numbers(rng, 2)
    model = bring(s, weights)
    both = s.build(READ, model, pairs.tensors)
    total = {name: np.zeros(tuple(value.shape)) for name, value in weights.items()}
    for number, (side, factor) in enumerate(zip(SIDES, signs.tolist(), strict=True)):
        for pair in range(len(pairs)):
            pairs.add_gradient(total, doubled(weights), side, pair, factor)
        # One graph may serve both sides, so it is kept for the second.
        both.build("__getitem__", number).build("sum").tell("backward", torch.tensor(factor), retain_graph=True)
    for name, right in total.items():
        got = model.build("get_parameter", name).get("grad")
        size = max(1.0, float(np.abs(right).max()))
        yield close(f"the gradient of {name}", got, right, roundings=256, magnitude=size, precision=SINGLE)


@preference_step.check(weight=4)
def steps_down_the_loss(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The policy's weights after a step are those of a step down the gradient of the DPO loss."""
    for beta in (0.3, 1.0):
        yield from Run(rng, beta).carried_out(s).compared_weights("after a step")


@preference_step.check(weight=2)
def begins_where_the_reference_is(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """At the start the loss is ln 2 and the margin 0, and the policy moves all the same."""
    run = Run(rng, float(rng.uniform(0.4, 1.0)), at_start=True).carried_out(s)
    for name in ("loss", "margin"):
        got, right = run.told[0].get(name), run.right_records[0][name]
        yield close(f"{name} at the start", got, right, roundings=128, magnitude=10.0, precision=SINGLE)
    yield from run.compared_weights("after the first step of all")


@preference_step.check(weight=2)
def goes_on_from_step_to_step(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each call is one step of the same optimizer on its own pairs; the reference stays the same for all of them."""
    run = Run(rng, 0.6, steps=3).carried_out(s)
    yield from run.compared_weights("after three steps")


@preference_step.check(weight=3)
def tells_what_held_before(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The loss, the mean log-probs and the numbers of the pairs are those before the step, as floats."""
    yield from Run(rng, 0.6, steps=2).carried_out(s).compared_records("")


@preference_step.check(weight=2)
def leaves_the_reference_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The reference's weights stay as they are, and none of its parameters gets a gradient."""
    run = Run(rng, 0.6).carried_out(s)
    for name, before in run.ref_weights.items():
        parameter = run.reference.build("get_parameter", name)
        text = f"{name} of the reference has a gradient (its `.grad`) after the step"
        yield holds(f"the gradient of {name} of the reference", parameter.get("grad") is None, text)
        yield identical(f"{name} of the reference", parameter.fetch(), before, f"{name} of the reference was changed")


@preference_step.check()
def starts_from_nothing_but_the_weights(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Gradients that the parameters hold at the start have no influence."""
    yield from Run(rng, 0.6).carried_out(s, stale=True).compared_weights("of a policy that came with gradients")


@preference_step.check()
def keeps_the_mode(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The models are used in the mode in which they come: in evaluation mode nothing drops out."""
    run = Run(rng, 0.6).carried_out(s, dropout=0.5)
    yield from run.compared_weights("of a policy with dropout, in evaluation mode,")
    for who, model in (("policy", run.policy), ("reference", run.reference)):
        yield identical(f"the mode of the {who}", model.get("training"), False, f"the {who} is in training mode now")


@preference_step.check()
def leaves_the_pairs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Tokens and masks are not changed."""
    run = Run(rng, 0.6)
    policy, reference = bring(s, run.weights), bring(s, run.ref_weights)
    optimizer = s.bring(BROUGHT, "Momentum").build("", policy, RATE, MOMENTUM)
    tensors = run.batches[0].tensors
    held = {name: s.hold(value) for name, value in tensors.items()}
    s.build(STEP, policy, reference, optimizer, held, run.beta)
    for name, remote in held.items():
        yield identical(name, remote.fetch(), tensors[name], f"{name} of the pairs were changed")


add_misconceptions(preference_step)

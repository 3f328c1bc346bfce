"""Judgement of `grpo.grpo_loss`: the clipped surrogate of tokens, its penalty, and three ways to average.

Shao et al. 2024, equation 3 ("sequence"); Yu et al. 2025, equation 8 ("token"); Liu et al. 2025, section 3
("constant"). The oracle adds value and gradient up token by token, in double precision, by formulas.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, raises, same_type
from autograder.submission import Submission

from .loss_misconceptions import add_misconceptions
from .texts import DTYPES, disturbed, numbers, otherwise_laid_out, runs, unchanged

loss = Judgement(
    "grpo.grpo_loss",
    hints=(
        "Begin with one text, all of it kept, without a reference: PPO's clipped surrogate, with the same advantage "
        "for every token. What changes if the clip has two widths?",
        "`advantages[:, None]` has the shape (batch, 1) and goes with (batch, time). First make a table of losses, one "
        "for each token; average at the end.",
        "Replace what is not kept *before* the ratio is computed: `torch.where(mask, log_probs, 0.0)`, and the same "
        "for the other two. What is replaced at the end only has a gradient of 0 · NaN.",
        "sequence: each text's sum by its own number of kept tokens (at least 1), then `.mean()`. token: the sum of "
        "all by the number of all (at least 1). constant: each text's sum by max_tokens, then `.mean()`.",
        "The penalty of a token, with d = log π_ref − log π, is kl_coef · (e^d − 1 − d). It is added to the token's "
        "loss and averaged with it. `.detach()` what is data.",
    ),
)
NAME = "grpo_loss"
AGGREGATIONS = ("sequence", "token", "constant")
EDGE = 1e-3
"""How near a ratio may come to an edge of the clip, where a rounding decides: further than any rounding moves it."""


@dataclass(frozen=True)
class Case:
    """One call."""

    log_probs: Tensor
    old_log_probs: Tensor
    advantages: Tensor
    mask: Tensor
    clip_low: float = 0.2
    clip_high: float = 0.2
    aggregation: str = "sequence"
    max_tokens: int = 1
    ref_log_probs: Tensor | None = None
    kl_coef: float = 0.0

    def arguments(self) -> list[object]:
        return list(self.__dict__.values())

    def weight(self, text: int) -> float:
        """By how much a token of this text counts."""
        lengths = [int(row.sum()) for row in self.mask]
        if self.aggregation == "sequence":
            return 1.0 / (len(lengths) * max(lengths[text], 1))
        return 1.0 / max(sum(lengths), 1) if self.aggregation == "token" else 1.0 / (len(lengths) * self.max_tokens)

    def expected(self) -> tuple[float, np.ndarray]:
        """The loss and its gradient by the log-probs."""
        value, gradient = 0.0, np.zeros(tuple(self.mask.shape))
        for text, t in self.mask.nonzero().tolist():
            log_p, a = float(self.log_probs[text, t]), float(self.advantages[text])
            ratio = math.exp(log_p - float(self.old_log_probs[text, t]))
            stopped = ratio > 1 + self.clip_high if a > 0 else ratio < 1 - self.clip_low
            edge = 1 + self.clip_high if a > 0 else 1 - self.clip_low
            term, slope = (-a * edge, 0.0) if stopped else (-a * ratio, -a * ratio)
            if self.ref_log_probs is not None:
                d = float(self.ref_log_probs[text, t]) - log_p
                term += self.kl_coef * (math.exp(d) - 1 - d)
                slope += self.kl_coef * (1 - math.exp(d))
            value += self.weight(text) * term
            gradient[text, t] = self.weight(text) * slope
        return value, gradient

    def clear(self) -> bool:
        """Whether no ratio is at an edge of the clip."""
        ratio = (self.log_probs - self.old_log_probs)[self.mask].double().exp()
        return all(bool(((ratio - edge).abs() > EDGE).all()) for edge in (1 - self.clip_low, 1 + self.clip_high))


def draw(rng: np.random.Generator, far: float = 0.4, dtype: torch.dtype = torch.float32, **settings: object) -> Case:
    """Texts of unequal lengths, one of which keeps nothing; `far`: how far the policy has moved, in nats."""
    while True:
        mask = runs(rng, int(rng.integers(6, 10)))
        old = -numbers(rng, *mask.shape, dtype=dtype).abs() - 0.3
        advantages = numbers(rng, len(mask), dtype=dtype) + 0.2
        case = Case(old + far * numbers(rng, *mask.shape, dtype=dtype), old, advantages, mask)
        case = replace(case, **settings)  # type: ignore[arg-type]
        if case.clear():
            return case


def with_reference(rng: np.random.Generator, case: Case, kl_coef: float) -> Case:
    """The case with a penalty: the reference is not where the policy began."""
    moved = 0.6 * numbers(rng, *case.mask.shape, dtype=case.log_probs.dtype)
    return replace(case, ref_log_probs=case.log_probs + moved - 0.2, kl_coef=kl_coef)


def close_to(name: str, got: object, value: float, precision: torch.dtype = torch.float32) -> Observation:
    return close(name, got, value, roundings=64, magnitude=max(1.0, abs(value)), precision=precision)


def compared(s: Submission, case: Case, where: str, against: Case | None = None) -> Iterator[Observation]:
    """The loss and its gradient; `against`: the case that says what is right, if it is another."""
    value, gradient = (against or case).expected()
    one = torch.ones((), dtype=case.log_probs.dtype)
    got, [slope] = s.vjp(NAME, *case.arguments(), wrt=[0], cotangent=one)
    precision = case.log_probs.dtype
    yield close_to(f"the loss {where}", got, value, precision)
    # No path at all is a gradient of 0.
    slope = torch.zeros_like(case.log_probs) if slope is None else slope
    size = max(float(np.abs(gradient).max()), 1e-3)
    yield close(f"its gradient {where}", slope, gradient, roundings=64, magnitude=size, precision=precision)


@loss.check(weight=3)
def begins_as_the_policy_gradient(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where the policy is still the one that wrote, the gradient of a token is −A by its share in the average."""
    for aggregation in AGGREGATIONS:
        case = draw(rng, far=0.0, aggregation=aggregation, max_tokens=5)
        yield from compared(s, case, f'of fresh texts, averaged by "{aggregation}"')


@loss.check(weight=4)
def clips_each_token(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A token whose ratio has left the clip in the direction of its advantage has no gradient; the others have."""
    for low, high in ((0.2, 0.2), (0.1, 0.4), (0.3, 0.15)):
        yield from compared(s, draw(rng, clip_low=low, clip_high=high), "of texts of an older policy")


@loss.check(weight=4)
def averages_as_told(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The three aggregations weigh tokens by their text's length, by that of all texts, and by a constant."""
    for aggregation in AGGREGATIONS:
        for max_tokens in (1, 12):
            case = draw(rng, aggregation=aggregation, max_tokens=max_tokens)
            yield from compared(s, case, f'averaged by "{aggregation}", with max_tokens = {max_tokens}')


@loss.check(weight=3)
def charges_the_distance(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With a reference each kept token adds kl_coef · (e^d − 1 − d), d = log π_ref − log π, averaged like the rest."""
    for aggregation in AGGREGATIONS:
        case = draw(rng, aggregation=aggregation, max_tokens=7)
        yield from compared(
            s, with_reference(rng, case, float(rng.uniform(0.3, 0.9))), f'with a penalty, "{aggregation}"'
        )
    yield from compared(s, with_reference(rng, draw(rng), 0.0), "with a penalty that costs nothing")
    case = draw(rng)
    nothing_earned = replace(case, advantages=torch.zeros_like(case.advantages))
    yield from compared(s, with_reference(rng, nothing_earned, 0.5), "of the penalty alone")


@loss.check(weight=3)
def ignores_what_is_not_kept(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """What stands in columns that are not kept, NaN or infinity, changes neither the loss nor its gradient."""
    case = with_reference(rng, draw(rng), 0.4)
    for name in ("log_probs", "old_log_probs", "ref_log_probs"):
        disturbance: dict[str, Any] = {name: disturbed(rng, getattr(case, name), case.mask)}
        strange = replace(case, **disturbance)
        yield from compared(s, strange, f"beside strange {name}", against=case)


@loss.check(weight=2)
def counts_texts_that_keep_nothing(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A text that keeps nothing adds 0 and is counted among the texts; where nothing is kept at all the loss is 0."""
    for aggregation in AGGREGATIONS:
        case = draw(rng, aggregation=aggregation, max_tokens=3)
        some = case.mask.clone()
        some[: len(some) // 2] = False
        yield from compared(s, replace(case, mask=some), f'of texts of which half keep nothing, "{aggregation}"')
        one = torch.zeros_like(some)
        one[tuple(rng.permutation(case.mask.nonzero())[0])] = True
        yield from compared(s, replace(case, mask=one), f'where a single token is kept, "{aggregation}"')
        nothing = replace(case, mask=torch.zeros_like(some))
        yield from compared(s, nothing, f'where nothing is kept, "{aggregation}"')


@loss.check(weight=2)
def moves_the_policy_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The gradient goes to the log-probs only: old log-probs, advantages and the reference are data."""
    case = with_reference(rng, draw(rng), 0.4)
    sources = {1: "old log-probs", 2: "advantages", 8: "reference's log-probs"}
    _, slopes = s.vjp(NAME, *case.arguments(), wrt=[0, *sources], cotangent=torch.tensor(1.0))
    moved = slopes[0] is not None and bool(slopes[0].any())
    yield holds("the gradient by the log-probs", moved, "no gradient comes from the loss to the log-probs")
    reached = [
        name
        for slope, name in zip(slopes[1:], sources.values(), strict=True)
        if slope is not None and bool(slope.isnan().any() | slope.any())
    ]
    problem = f"a gradient comes from the loss to the {' and the '.join(reached)}"
    yield holds("the gradient by what is data", not reached, problem)


@loss.check()
def keeps_the_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The loss is a scalar of the log-probs' dtype, float32 or float64, whatever the layout in memory."""
    for dtype in DTYPES:
        case = with_reference(rng, draw(rng, dtype=dtype), 0.4)
        got = s.call(NAME, *map(otherwise_laid_out, case.arguments()))
        value, _ = case.expected()
        yield same_type("the loss", got, torch.zeros((), dtype=dtype))
        yield close_to("the loss", got, value, dtype)


@loss.check()
def has_its_defaults(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Without settings both clips are 0.2, texts are averaged as in GRPO, and nothing is paid; names work too."""
    for _ in range(4):  # in one alone perhaps no ratio would reach a clip
        case = draw(rng, far=0.8)
        four = case.arguments()[:4]
        value, _ = case.expected()
        yield close_to("the loss without settings", s.call(NAME, *four), value)
    reference = with_reference(rng, case, 0.0).ref_log_probs
    got = s.call(NAME, *four, ref_log_probs=reference)
    yield close_to("the loss with a reference and no coefficient", got, value)
    case = with_reference(rng, replace(case, aggregation="constant"), 0.4)
    settings = {"aggregation": "constant", "ref_log_probs": case.ref_log_probs, "kl_coef": 0.4}
    value, _ = case.expected()
    got = s.call(NAME, *four, **settings)
    yield close_to("the loss by a constant that is not named", got, value)


@loss.check()
def refuses_another_aggregation(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """An aggregation of another name raises ValueError."""
    for name in ("mean", ""):
        case = draw(rng, aggregation=name)
        yield raises(f'the aggregation "{name}"', partial(s.call, NAME, *case.arguments()), "ValueError")


@loss.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """No input is changed."""
    case = with_reference(rng, draw(rng), 0.4)
    inputs = {name: value for name, value in case.__dict__.items() if isinstance(value, Tensor)}
    yield from unchanged(s, inputs, lambda held: s.call(NAME, *held[:-1], ref_log_probs=held[-1], kl_coef=0.4))


add_misconceptions(loss)

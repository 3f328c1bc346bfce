"""Judgement of `dpo.dpo_loss`: −log σ of the margin, and its gradient (Rafailov et al. 2023, equation 7).

The oracle takes one pair at a time, in double precision. Every case is judged by its value and by its gradients:
∓β · σ(−margin) / pairs by the log-probs of the policy, and none by those of the reference.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, same_type
from autograder.submission import Submission

from .dpo_loss_misconceptions import add_misconceptions
from .inputs import DTYPES, SINGLE, LogProbs, numbers, otherwise_laid_out, unchanged

dpo_loss = Judgement(
    "dpo.dpo_loss",
    hints=(
        "Bradley and Terry: the chosen text wins with probability σ(r_chosen − r_rejected). The rewards are the "
        "implicit ones. What is the negative logarithm of that probability?",
        "Write down the margin of one pair with all four log-probs in it, before you write code. Which two are added, "
        "which two subtracted?",
        "Before anything is learned the margin is 0 and the loss ln 2 = 0.693…, whatever the texts. If yours is not, "
        "the reference is missing, or has the wrong sign.",
        "`torch.log(torch.sigmoid(x))` is −∞ at x = −200. `torch.nn.functional.logsigmoid` is exact there. Take the "
        "mean over the pairs at the very end.",
    ),
)
NAME = "dpo_loss"


def sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))


def by_definition(pairs: LogProbs, beta: float) -> tuple[float, np.ndarray]:
    """The loss, and its derivative by the log-prob of each chosen text: minus that by the rejected one's."""
    loss, slopes = 0.0, np.zeros(len(pairs.chosen))
    for pair, (chosen, rejected) in enumerate(pairs.differences()):
        margin = beta * (chosen - rejected)
        # log(1 + exp(−m)), from the side on which the exponential is small
        loss += (math.log1p(math.exp(-abs(margin))) + max(-margin, 0.0)) / len(slopes)
        slopes[pair] = -beta * sigmoid(-margin) / len(slopes)
    return loss, slopes


def judged(
    s: Submission, where: str, pairs: LogProbs, beta: float, scale: float = 1.0, precision: torch.dtype = SINGLE
) -> Iterator[Observation]:
    """The loss and its gradients beside the definition."""
    cotangent = torch.tensor(scale, dtype=pairs.chosen.dtype)
    got, gradients = s.vjp(NAME, *pairs.arguments(), beta, wrt=[0, 1, 2, 3], cotangent=cotangent)
    right, slopes = by_definition(pairs, beta)
    nats = max(40.0, *(float(value.abs().max()) for value in pairs.arguments()))
    rounding = beta * nats  # the log-probs are rounded, and so is their difference
    yield same_type(f"the loss {where}", got, cotangent)
    yield close(f"the loss {where}", got, np.float64(right), magnitude=1.0 + rounding, precision=precision)
    for name, gradient, sign in (("chosen", gradients[0], 1.0), ("rejected", gradients[1], -1.0)):
        text = f"no gradient comes from the loss to the log-probs of the {name} texts"
        yield holds(f"a gradient by the {name} {where}", gradient is not None, text)
        # σ has a slope of at most ¼, so the gradient moves by a quarter of what the margin does.
        size = beta * (1.0 + rounding / 4) * scale / len(slopes)
        at = f"the gradient by the {name} {where}"
        yield close(at, gradient, sign * scale * slopes, magnitude=size, precision=precision)
    reached = [gradient for gradient in gradients[2:] if gradient is not None]
    moved = any(bool(gradient.any() | gradient.isnan().any()) for gradient in reached)
    yield holds(f"the gradient by the reference {where}", not moved, "a gradient comes from the loss to the reference")


@dpo_loss.check(weight=5)
def is_minus_log_sigmoid_of_the_margin(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The loss is the mean over the pairs of −log σ(β · (difference of the chosen − difference of the rejected))."""
    for beta, count in ((0.1, 6), (float(rng.uniform(0.4, 1.5)), 5)):
        yield from judged(s, "of pairs", LogProbs.draw(rng, count), beta, float(rng.uniform(0.5, 2.0)))


@dpo_loss.check(weight=3)
def begins_at_ln_2(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where the policy is the reference the loss is ln 2, its gradient −β/2 by each chosen log-prob, over the pairs."""
    for beta in (0.1, 1.5):
        pairs = LogProbs.draw(rng, int(rng.integers(2, 6)))
        yield from judged(s, "at the start", replace(pairs, chosen=pairs.ref_chosen, rejected=pairs.ref_rejected), beta)


@dpo_loss.check(weight=2)
def learns_most_from_what_is_wrong(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each pair has a gradient of its own: β · σ(−margin), nearly β where the policy is wrong, 0 where it is right."""
    pairs = LogProbs.draw(rng, 4)
    ahead = torch.tensor([6.0, 1.0, -1.0, -6.0])[torch.from_numpy(rng.permutation(4))]
    yield from judged(s, "of pairs far apart", replace(pairs, chosen=pairs.ref_chosen + ahead), 0.8)


@dpo_loss.check(weight=2)
def stays_finite_at_any_margin(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A margin of hundreds gives a loss of 0 or of that many, and a gradient of 0 or β, never infinity or NaN."""
    for far in (300.0, -300.0):
        pairs = LogProbs.draw(rng, 3)
        pairs = replace(pairs, chosen=pairs.ref_chosen + far + 20.0 * numbers(rng, 3))
        if far < 0.0:
            # Where a logarithm is cut off is a choice; that nothing can be learned below is not.
            _, [slopes] = s.vjp(NAME, *pairs.arguments(), 1.0, wrt=[0], cotangent=torch.ones(()))
            lost = slopes is not None and not bool(slopes.any())
            text = "pairs that are far on the wrong side have no gradient"
            yield holds("a gradient at a margin far below 0", not lost, text)
        yield from judged(s, "at large margins", pairs, 1.0)


@dpo_loss.check(weight=2)
def sees_the_differences_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """What is added to a text's log-prob under both models changes nothing: how likely it is does not count."""
    pairs = LogProbs.draw(rng, 5)
    more, less = -30.0 * numbers(rng, 5).abs(), -10.0 * numbers(rng, 5).abs()
    shifted = LogProbs(pairs.chosen + more, pairs.rejected + less, pairs.ref_chosen + more, pairs.ref_rejected + less)
    yield from judged(s, "of long texts", shifted, 0.5)


@dpo_loss.check()
def takes_any_batch(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """One pair, float64 and any memory layout; the loss has the dtype of the log-probs."""
    yield from judged(s, "of one pair", LogProbs.draw(rng, 1), 0.5)
    for dtype in DTYPES:
        pairs = LogProbs(*map(otherwise_laid_out, LogProbs.draw(rng, 4, dtype).arguments()))
        yield from judged(s, f"in {str(dtype).removeprefix('torch.')}", pairs, 0.5, precision=dtype)


@dpo_loss.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The log-probs are not changed."""
    yield from unchanged(s, LogProbs.draw(rng, 4).named(), lambda held: s.call(NAME, *held, 0.5))


add_misconceptions(dpo_loss)

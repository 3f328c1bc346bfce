"""Judgement of `preferences.bradley_terry_loss`: −log σ(chosen − rejected), averaged (Bradley & Terry 1952).

The oracle takes one pair at a time, in double precision, and knows the gradient by its formula.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, same_type
from autograder.submission import Submission

from .inputs import DTYPES, SINGLE, numbers, otherwise_laid_out, unchanged

bradley_terry = Judgement(
    "preferences.bradley_terry_loss",
    hints=(
        "With equal scores the model says that both texts are preferred equally often. What is −log of that, and does "
        "your loss give it?",
        "Only the difference of two scores means anything. Take the difference of each pair first, then σ, then the "
        "logarithm, then the mean.",
        "At a difference of −200, σ is 0 in float32, and its logarithm is −∞. log σ(d) = −log(1 + e^−d): torch has a "
        "function that computes it as a whole.",
        "`F.logsigmoid` of the differences, its mean, and a minus.",
    ),
)
NAME = "bradley_terry_loss"


def by_definition(chosen: Tensor, rejected: Tensor) -> tuple[float, np.ndarray]:
    """Loss and gradient by the chosen scores, in double precision; by the rejected ones it is −1 times that."""
    total, slopes = 0.0, []
    for a, b in zip(chosen.tolist(), rejected.tolist(), strict=True):
        surprise = math.exp(-abs(a - b))  # at most 1, so nothing overflows
        total += math.log1p(surprise) + max(b - a, 0.0)
        slopes.append(-(surprise if a > b else 1.0) / (1.0 + surprise))
    return total / len(slopes), np.array(slopes) / len(slopes)


def draw(rng: np.random.Generator, dtype: torch.dtype = SINGLE, batch: int = 7) -> tuple[Tensor, Tensor]:
    """Scores around different numbers, the chosen ones higher more often than not."""
    return 1.5 * numbers(rng, batch, dtype=dtype) + 0.8, 1.5 * numbers(rng, batch, dtype=dtype) - 0.4


def judged(s: Submission, where: str, chosen: Tensor, rejected: Tensor) -> Iterator[Observation]:
    """The value, and the gradients by both scores."""
    loss, slope = by_definition(chosen, rejected)
    got, gradients = s.vjp(NAME, chosen, rejected, wrt=[0, 1], cotangent=torch.ones((), dtype=chosen.dtype))
    difference = float((chosen.double() - rejected.double()).abs().max())
    size = max(1.0, float(chosen.abs().max()), float(rejected.abs().max()), difference)
    yield close(f"the loss {where}", got, np.float64(loss), magnitude=size, precision=chosen.dtype)
    names = ("chosen", "rejected")
    reached = [name for name, gradient in zip(names, gradients, strict=True) if gradient is not None]
    text = "a gradient should come from the loss to both scores"
    yield identical("the scores that a gradient comes to", reached, list(names), text)
    for name, gradient, right in zip(names, gradients, (slope, -slope), strict=True):
        at = f"the gradient {where} by the {name} scores"
        # A score's own rounding moves σ by as much.
        yield close(at, gradient, right, magnitude=max(1.0, size / 10) / len(slope), precision=chosen.dtype)


@bradley_terry.check(weight=3)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The loss is the mean of −log σ(chosen − rejected), its gradient ∓(1 − σ) / (number of pairs)."""
    for batch in (7, 3):
        yield from judged(s, "of drawn scores", *draw(rng, batch=batch))


@bradley_terry.check()
def is_log_two_for_equal_scores(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where a model prefers none the loss is ln 2 and moves both scores; a single pair is a batch."""
    scores = numbers(rng, 4)
    yield from judged(s, "of equal scores", scores, scores.clone())
    yield from judged(s, "of a single pair", *draw(rng, batch=1))


@bradley_terry.check(weight=2)
def knows_differences_only(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A number that is added to both scores of a pair, another for each pair, changes nothing."""
    chosen, rejected = draw(rng)
    shift = torch.from_numpy(rng.uniform(-20.0, 20.0, size=len(chosen))).float()
    yield from judged(s, "of shifted scores", chosen + shift, rejected + shift)


@bradley_terry.check(weight=2)
def survives_large_differences(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Differences of ±10,000 give the right loss and the right gradient, neither infinite nor NaN."""
    size = torch.from_numpy(rng.uniform(5e3, 1e4, size=5)).float()
    zero = torch.zeros(5)
    for where, chosen, rejected in (
        ("surely right", size, zero),
        ("surely wrong", zero, size),
        ("large", size, 2 * size),
    ):
        if where == "surely wrong":
            # Where a logarithm is cut off is a choice; that nothing can be learned below is not.
            _, [slopes] = s.vjp(NAME, chosen, rejected, wrt=[0], cotangent=torch.ones(()))
            lost = slopes is not None and not bool(slopes.any())
            yield holds("a gradient of surely wrong scores", not lost, "pairs that are surely wrong have no gradient")
        yield from judged(s, f"of {where} scores", chosen, rejected)


@bradley_terry.check()
def keeps_the_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The loss is a scalar of the scores' dtype, float32 or float64, whatever the layout in memory."""
    for dtype in DTYPES:
        chosen, rejected = map(otherwise_laid_out, draw(rng, dtype))
        yield same_type("the loss", s.call(NAME, chosen, rejected), torch.zeros((), dtype=dtype))
        yield from judged(s, f"in {dtype}", chosen, rejected)


@bradley_terry.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The scores are not changed."""
    inputs = dict(zip(("chosen_scores", "rejected_scores"), draw(rng), strict=True))
    yield from unchanged(s, inputs, lambda held: s.call(NAME, *held))


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
    bradley_terry.misconception(identity, edits=edits, source=source, message=message, question=question)


def also(identity: str, *edits: tuple[str, str], source: str = "") -> None:
    bradley_terry.another_form(identity, edits=edits, source=source)


DIFFERENCE = "chosen_scores - rejected_scores"
RETURN = f"return -F.logsigmoid({DIFFERENCE}).mean()"


def result(expression: str) -> tuple[str, str]:
    return RETURN, f"d = {DIFFERENCE}\n    return {expression}"


mistake(
    "swapped",
    "The difference is the wrong way round: the model learns to give the rejected texts the higher scores, and its "
    "accuracy a becomes 1 − a.",
    "At which difference should the loss be near 0?",
    (DIFFERENCE, "rejected_scores - chosen_scores"),
)
also("swapped", result("F.softplus(d).mean()"))
mistake(
    "negated",
    "The sign is missing: this is the log-likelihood, and minimising it makes the preferences as unlikely as can be.",
    "Is log σ positive or negative, and should a loss fall or rise as the preferences become likelier?",
    ("return -", "return "),
)
mistake(
    "sum_not_mean",
    "The losses of the pairs are added up, not averaged.",
    "What happens to the gradient when there are twice as many pairs?",
    (".mean()", ".sum()"),
)
mistake(
    "logarithm_left_out",
    "The logarithm is missing: this is the probability of being wrong. A pair that is surely wrong has no gradient "
    "there, although it has the most to teach.",
    "What is the likelihood of many answers that are given one after the other, and what is minus its logarithm?",
    result("1.0 - torch.sigmoid(d).mean()"),
)
also("logarithm_left_out", result("-torch.sigmoid(d).mean()"))
mistake(
    "log_of_sigmoid",
    "The logarithm is taken of a finished probability, which is 0 where the difference is large: the loss becomes "
    "infinite, or its gradient is lost.",
    "What is log(1 / (1 + e^−d)) once it is written out, and what remains of it for d = −1,000?",
    result("-torch.sigmoid(d).log().mean()"),
)
also("log_of_sigmoid", result("-(torch.sigmoid(d) + 1e-8).log().mean()"))
also("log_of_sigmoid", result("-torch.sigmoid(d).clamp(min=1e-8).log().mean()"))
also("log_of_sigmoid", result("(1.0 + torch.exp(-d)).log().mean()"))
also("log_of_sigmoid", result("torch.log1p(torch.exp(-d)).mean()"))
also(
    "log_of_sigmoid",
    result("-(chosen_scores.exp() / (chosen_scores.exp() + rejected_scores.exp())).log().mean()"),
)
mistake(
    "mean_first",
    "The differences are averaged before σ: pairs that are right by far make up for pairs that are wrong.",
    "Two pairs have the differences 10 and −10. Is the model right about both?",
    (RETURN, f"return -F.logsigmoid(({DIFFERENCE}).mean())"),
)
mistake(
    "each_by_itself",
    "Each score is judged by itself, chosen ones as if they should be positive and rejected ones negative. Nobody has "
    "said that; a text can be good and the other better.",
    "What changes if 5 is added to all scores? What should change?",
    (RETURN, "return -(F.logsigmoid(chosen_scores) + F.logsigmoid(-rejected_scores)).mean()"),
)
also(
    "each_by_itself",
    (RETURN, "return -(F.logsigmoid(chosen_scores) + F.logsigmoid(-rejected_scores)).mean() / 2"),
)
mistake(
    "difference_of_probabilities",
    "σ is taken of each score, and then the difference. The model says that σ is of the difference.",
    "What does a score of 7 mean if nothing is said of the other one?",
    (RETURN, "return -F.logsigmoid(torch.sigmoid(chosen_scores) - torch.sigmoid(rejected_scores)).mean()"),
)
also(
    "difference_of_probabilities",
    (RETURN, "return -(torch.sigmoid(chosen_scores) - torch.sigmoid(rejected_scores)).log().mean()"),
)
mistake(
    "scores_as_strengths",
    "The scores are used as strengths, chosen / (chosen + rejected). Scores are logarithms of strengths, and may be "
    "negative.",
    "What is e^a / (e^a + e^b), divided above and below by e^a?",
    (RETURN, "return -(chosen_scores / (chosen_scores + rejected_scores)).log().mean()"),
)
mistake(
    "hinge",
    "This is a hinge loss: it has no gradient beyond its margin, and it is no likelihood.",
    "Which probability of a preference would have this as minus its logarithm?",
    result("(1.0 - d).clamp(min=0.0).mean()"),
)
also("hinge", result("(-d).clamp(min=0.0).mean()"))
mistake(
    "difference_alone",
    "The loss is the mean difference itself: it has no lower bound, and all pairs pull alike, the settled ones too.",
    "How much should a pair still pull that the model is sure of, and right about?",
    result("-d.mean()"),
)
mistake(
    "squared",
    "The difference is to become 1, and what is beyond is punished. A preference does not say by how much.",
    "If a text is better by far, should its difference be held at 1?",
    result("((d - 1.0) ** 2).mean()"),
)
mistake(
    "rejected_detached",
    "No gradient goes to the rejected scores: the value is right, and half of the lesson is lost.",
    "The loss is a function of two scores. What is its derivative by the second?",
    (DIFFERENCE, "chosen_scores - rejected_scores.detach()"),
)
also("rejected_detached", (DIFFERENCE, "chosen_scores.detach() - rejected_scores"))
mistake(
    "returns_a_number",
    "There is no way back from the loss to the scores: nothing could be learned from it.",
    "What does `.item()` leave behind, and what `.detach()`?",
    (".mean()", ".mean().detach()"),
)
also("returns_a_number", (".mean()", ".mean().item()"))
mistake(
    "in_bits",
    "The logarithm has base 2; the loss is asked for in nats.",
    "What should the loss be where all scores are equal?",
    (".mean()", f".mean() / {math.log(2)}"),
)

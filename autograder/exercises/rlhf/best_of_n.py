"""Judgement of `rlhf.best_of_n`: the best of n texts, and how far from its policy this can lead.

Stiennon et al. 2020, appendix G.3. The oracle compares one score at a time; the bound is checked against the KL of the
best of n among a few equally likely texts, which is counted out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, same_type
from autograder.submission import Submission

from .texts import DTYPES, numbers, strided, untouched

best_of_n = Judgement(
    "rlhf.best_of_n",
    hints=(
        "One row of `scores` is one prompt. What should come out for a row of three scores: a number, a score, or "
        "which of the three it was?",
        "`argmax` gives the index of the largest entry along an axis. Which axis are the n texts of a prompt?",
        "The bound has two terms. The first is how surprising it is that a given one of n is the best; the second is a "
        "little less than 1.",
        "`math.log(n) - (n - 1) / n`; for n = 1 that is 0, since the only one is always the best.",
    ),
)
NAME, BOUND = "best_of_n", "best_of_n_kl"


def by_definition(scores: Tensor) -> Tensor:
    found = []
    for row in scores.tolist():
        best = 0
        for place, score in enumerate(row):
            if score > row[best]:
                best = place
        found.append(best)
    return torch.tensor(found, dtype=torch.int64)


def draw(rng: np.random.Generator, prompts: int, n: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Scores without ties, as often below 0 as above."""
    return 3.0 * numbers(rng, prompts, n, dtype=dtype) - 1.0


def is_a_best(where: str, got: Any, scores: Tensor) -> Iterator[Observation]:
    """The index of one of the highest scores of each prompt, int64."""
    yield same_type(f"the result {where}", got, torch.zeros(len(scores), dtype=torch.int64))
    inside = bool(((got >= 0) & (got < scores.shape[1])).all())
    yield holds(f"the range of the result {where}", inside, f"an index {where} is not that of a text")
    chosen = scores.gather(1, got[:, None])[:, 0]
    yield identical(f"the scores chosen {where}", chosen, scores.max(dim=1).values, "a better text was left")


@best_of_n.check(weight=3)
def takes_the_best_of_each_prompt(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """For each prompt it is the index of its own highest score, int64 (prompts,)."""
    given = [(draw(rng, *shape),) for shape in ((5, 3), (3, 5), (4, 4), (1, 6))]
    for (scores,), got in zip(given, s.each(NAME, given), strict=True):
        yield same_type("the result", got, torch.zeros(len(scores), dtype=torch.int64))
        yield identical("the index of the best", got, by_definition(scores))


@best_of_n.check(weight=1)
def knows_the_edges(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The best of one is that one; of equal scores any is right; a score of −inf loses to every other."""
    yield from is_a_best("of one text", s.call(NAME, draw(rng, 4, 1)), torch.zeros(4, 1))
    tied = torch.from_numpy(rng.integers(0, 3, size=(6, 5))).float()
    yield from is_a_best("of tied texts", s.call(NAME, tied), tied)
    scores = draw(rng, 4, 5) - 50.0
    scores[torch.arange(4), torch.from_numpy(rng.integers(0, 5, size=4))] = -torch.inf
    yield from is_a_best("beside −inf", s.call(NAME, scores), scores)


@best_of_n.check(weight=1)
def any_precision_and_layout(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """float32 and float64 scores in any layout give the same, and are not changed."""
    for dtype in DTYPES:
        scores = draw(rng, 4, 6, dtype)
        yield identical(f"the index of the best in {dtype}", s.call(NAME, strided(scores)), by_definition(scores))
    yield from untouched(s, NAME, {"scores": draw(rng, 3, 4)})


@best_of_n.check(weight=3)
def has_the_bound(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The bound is log n − (n − 1)/n nats, a float: 0 for n = 1, and about log n − 1 for many."""
    many = [1, 2, 3, 4, 16, *map(int, rng.integers(5, 500, size=3)), 100_000]
    for n, got in zip(many, s.each(BOUND, [(n,) for n in many]), strict=True):
        yield holds("the type of the bound", isinstance(got, float), "the bound is not a float of Python")
        yield close(f"the bound for n = {n}", got, math.log(n) - (n - 1) / n, magnitude=max(1.0, math.log(n)))


@best_of_n.check(weight=2)
def is_never_passed(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Among equally likely texts with different scores, the KL of the best of n is below the bound, and nears it."""
    n = int(rng.integers(2, 9))
    for texts, near in ((10, 1.0), (4000, 2e-3)):
        best = [(place / texts) ** n - ((place - 1) / texts) ** n for place in range(1, texts + 1)]
        divergence = math.fsum(p * math.log(p * texts) for p in best if p > 0)
        got = s.call(BOUND, n)
        plain = isinstance(got, float)
        fits = plain and divergence - 1e-9 <= got <= divergence + near
        text = f"the bound for n = {n} is no bound of the KL of the best of n among {texts} texts, or not a tight one"
        yield holds(f"the bound beside {texts} texts", fits, text)


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
    best_of_n.misconception(identity, edits=edits, message=message, question=question)


def also(identity: str, *edits: tuple[str, str]) -> None:
    best_of_n.another_form(identity, edits=edits)


RETURN = "return scores.argmax(1)"
KL = "return math.log(n) - (n - 1) / n"

mistake(
    "takes_the_worst",
    "It is the index of the lowest score.",
    "Is a reward to be high or low?",
    (RETURN, "return scores.argmin(1)"),
)
mistake(
    "best_prompt_for_each_text",
    "The best is taken over the prompts: texts of different prompts are compared with each other.",
    "Which axis of (prompts, n) holds the texts of one prompt?",
    (RETURN, "return scores.argmax(dim=0)"),
)
mistake(
    "best_of_all",
    "One index for the whole batch is returned, into the flattened scores.",
    "How many texts should be chosen for four prompts?",
    (RETURN, "return scores.argmax()"),
)
mistake(
    "score_for_index",
    "The highest scores are returned, and not which texts they belong to.",
    "Which text would you now show to the reader?",
    (RETURN, "return scores.max(dim=-1).values"),
)
mistake(
    "largest_in_size",
    "The score that is furthest from 0 is taken, so that a very bad text can win.",
    "Which is better, a score of −5 or one of 1?",
    (RETURN, "return scores.abs().argmax(dim=-1)"),
)
mistake(
    "drawn_not_taken",
    "A text is drawn with the softmax of the scores: the best one is only the likeliest.",
    "How often does the best of n lose?",
    (RETURN, "return torch.multinomial(scores.softmax(dim=-1), 1)[:, 0]"),
)
mistake(
    "logarithm_alone",
    "The bound is log n: as if the best of n were always the same text.",
    "What should the KL be for n = 2, if the better of two is known to be the better half?",
    (KL, "return math.log(n)"),
)
mistake(
    "one_for_the_fraction",
    "The bound is log n − 1: right for large n, and below 0 for small ones.",
    "What is the KL for n = 1?",
    (KL, "return math.log(n) - 1.0"),
)
mistake(
    "fraction_added",
    "(n − 1)/n is added; it is to be taken off.",
    "Can choosing among n texts tell more than log n nats?",
    (KL, "return math.log(n) + (n - 1) / n"),
)
mistake(
    "bits_for_nats",
    "The logarithm is to the base 2: bits, where all else here is in nats.",
    "In which unit is log π − log π_ref?",
    (KL, "return math.log2(n) - (n - 1) / n"),
)
mistake(
    "fraction_upside_down",
    "n/(n − 1) is taken off in place of (n − 1)/n.",
    "Which of the two is 0 for n = 1?",
    (KL, "return math.log(n) - (n / (n - 1) if n > 1 else 0.0)"),
)
mistake(
    "off_by_one",
    "(n − 1)/n has become 1/n.",
    "What is taken off where n is large: nearly 1, or nearly 0?",
    (KL, "return math.log(n) - 1 / n"),
)

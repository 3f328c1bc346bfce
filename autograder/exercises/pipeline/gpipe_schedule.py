"""Judgement of `pipeline.gpipe_schedule`: Huang et al. 2019, figure 2(c), by replaying it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, holds
from autograder.submission import Submission

from .replaying import goes_through, is_complete, read, takes

gpipe_schedule = Judgement(
    "pipeline.gpipe_schedule",
    hints=(
        "Every stage sees every micro-batch. So which stage makes which passes?",
        "A schedule says only the order on each stage. How long a stage waits for its neighbour follows from it, and "
        "needs no entry.",
        "All stages take the micro-batches in the same order, or one waits for what the other makes last.",
        'A list comprehension over the kinds "F" and "B", with one over the micro-batches inside it, makes the '
        "passes of a stage.",
    ),
)
NAME = "gpipe_schedule"


def sizes(rng: np.random.Generator) -> list[tuple[int, int]]:
    """Stages and micro-batches: some of each kind."""
    return [(2, 3), (4, 6), (3, 2), (int(rng.integers(2, 7)), int(rng.integers(2, 10)))]


def at(stages: int, micro_batches: int) -> str:
    return f"of {stages} stages and {micro_batches} micro-batches"


@gpipe_schedule.check(weight=2)
def makes_every_pass_once(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each stage makes the forward and the backward pass of each micro-batch, each once."""
    for size in sizes(rng):
        yield from is_complete(at(*size), s.call(NAME, *size), *size)


@gpipe_schedule.check(weight=2)
def never_gets_stuck(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """What each pass needs is made before it."""
    for size in sizes(rng):
        got = s.call(NAME, *size)
        yield from is_complete(at(*size), got, *size)
        yield from goes_through(at(*size), got)


@gpipe_schedule.check(weight=2)
def goes_all_the_way_first(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """On each stage all forward passes come before the first backward pass."""
    for size in sizes(rng):
        got = s.call(NAME, *size)
        yield from is_complete(at(*size), got, *size)
        for stage, passes in enumerate(read(got) or []):
            kinds = "".join(kind for kind, _ in passes)
            text = f"stage {stage} {at(*size)} makes a backward pass before its last forward pass"
            yield holds(f"the kinds on stage {stage} {at(*size)}", "BF" not in kinds, text)


@gpipe_schedule.check(weight=3)
def has_the_bubble_of_gpipe(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """All of it takes as long as m + p − 1 forward and as many backward passes."""
    for size in sizes(rng):
        got = s.call(NAME, *size)
        yield from is_complete(at(*size), got, *size)
        for forward, backward in ((1.0, 1.0), (1.0, 2.0), (float(rng.uniform(0.2, 2.0)), 1.0)):
            yield from takes(at(*size), got, size[1], forward, backward)


@gpipe_schedule.check()
def takes_the_smallest(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """One stage, one micro-batch, and both."""
    for size in ((1, 1), (1, int(rng.integers(2, 6))), (int(rng.integers(2, 6)), 1)):
        got = s.call(NAME, *size)
        yield from is_complete(at(*size), got, *size)
        yield from goes_through(at(*size), got)
        yield from takes(at(*size), got, size[1], 1.0, 2.0)


BODY = 'return [[(kind, i) for kind in "FB" for i in range(micro_batches)] for _ in range(stages)]'


def mistake(identity: str, message: str, question: str, body: str) -> None:
    gpipe_schedule.misconception(identity, edit=(BODY, body), message=message, question=question)


def also(identity: str, body: str) -> None:
    gpipe_schedule.another_form(identity, edit=(BODY, body))


mistake(
    "one_micro_batch_at_a_time",
    "Each micro-batch goes all the way forward and back before the next one starts. At any time one stage works and "
    "all others wait.",
    "When the first stage has passed on a micro-batch, what can it do while the others work on it?",
    'return [[(kind, i) for i in range(micro_batches) for kind in "FB"] for _ in range(stages)]',
)
mistake(
    "backward_first",
    "The backward passes stand before the forward passes, so every stage waits for ever.",
    "What does the backward pass of a micro-batch need?",
    BODY.replace('"FB"', '"BF"'),
)
mistake(
    "forward_only",
    "There are no backward passes.",
    "What is the batch sent through the stages for, in training?",
    BODY.replace('"FB"', '"F"'),
)
mistake(
    "stages_and_micro_batches_swapped",
    "Stages and micro-batches have changed places: there is a list for each micro-batch.",
    "Who works through one of these lists, a stage or a micro-batch?",
    'return [[(kind, i) for kind in "FB" for i in range(stages)] for _ in range(micro_batches)]',
)
mistake(
    "shared_out",
    "The micro-batches are shared out among the stages, as if each had the whole model. That is data parallelism.",
    "Which part of the model does a stage have, and which micro-batches need it?",
    'return [[(kind, i) for kind in "FB" for i in range(stage, micro_batches, stages)] for stage in range(stages)]',
)
mistake(
    "counts_from_one",
    "The micro-batches are numbered from 1.",
    "Which numbers does `range(m)` give?",
    BODY.replace("range(micro_batches)", "range(1, micro_batches + 1)"),
)
mistake(
    "an_order_for_each_stage",
    "The backward passes do not have the same order on all stages. A stage waits for a gradient that its neighbour "
    "makes last.",
    "Which micro-batch comes back first from the next stage?",
    'return [[("F", i) for i in range(micro_batches)] + [("B", i) for i in range(micro_batches)[:: (-1) ** stage]] '
    "for stage in range(stages)]",
)
also(
    "an_order_for_each_stage",
    'return [[("F", i) for i in range(micro_batches)[:: (-1) ** stage]] + [("B", i) for i in range(micro_batches)] '
    "for stage in range(stages)]",
)
mistake(
    "backward_as_soon_as_possible",
    "The stages make backward passes while forward passes are left: that is 1F1B. GPipe sends the whole batch forward "
    "first.",
    "What do all stages of GPipe have done before the first gradient comes back?",
    "return [[one for i in range(micro_batches + stages - stage - 1) for one in "
    '[("F", i)] * (i < micro_batches) + [("B", i - stages + stage + 1)] * (i >= stages - stage - 1)] '
    "for stage in range(stages)]",
)

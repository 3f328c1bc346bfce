"""Judgement of `pipeline.one_f_one_b_schedule`: Narayanan et al. 2021, figure 4 (top), by replaying it.

It has the bubble of GPipe, and holds at most p − s micro-batches on stage s. Both together leave little choice, but the
lists are not compared.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation
from autograder.submission import Submission

from .replaying import goes_through, holds_at_most, is_complete, takes

one_f_one_b_schedule = Judgement(
    "pipeline.one_f_one_b_schedule",
    hints=(
        "Begin with the last stage. It can make the backward pass of a micro-batch as soon as it has made the forward "
        "pass. What is its list?",
        "The stage before the last one waits for the gradient of micro-batch 0 from the last one. In that time it can "
        "make one more forward pass. How many can the first stage make?",
        "Three parts: p − s − 1 forward passes ahead; then one forward and one backward pass in turn, until no forward "
        "pass is left; then the backward passes that are left.",
        "In the middle part the forward pass is that of micro-batch `ahead + i`, the backward pass that of `i`. With "
        "few micro-batches the first part ends early: `min`.",
    ),
)
NAME = "one_f_one_b_schedule"


def sizes(rng: np.random.Generator) -> list[tuple[int, int]]:
    """Stages and micro-batches: at least as many micro-batches as stages."""
    stages = int(rng.integers(2, 6))
    return [(2, 4), (4, 8), (3, 3), (stages, stages + int(rng.integers(1, 7)))]


def at(stages: int, micro_batches: int) -> str:
    return f"of {stages} stages and {micro_batches} micro-batches"


def allowed(stages: int, micro_batches: int) -> list[int]:
    return [min(stages - stage, micro_batches) for stage in range(stages)]


@one_f_one_b_schedule.check(weight=2)
def makes_every_pass_once(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each stage makes the forward and the backward pass of each micro-batch, each once."""
    for size in sizes(rng):
        yield from is_complete(at(*size), s.call(NAME, *size), *size)


@one_f_one_b_schedule.check(weight=2)
def never_gets_stuck(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """What each pass needs is made before it."""
    for size in sizes(rng):
        got = s.call(NAME, *size)
        yield from is_complete(at(*size), got, *size)
        yield from goes_through(at(*size), got)


@one_f_one_b_schedule.check(weight=4)
def holds_few_activations(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Stage s holds at most p − s micro-batches at once, however many there are."""
    for size in (*sizes(rng), (3, 20)):
        got = s.call(NAME, *size)
        yield from is_complete(at(*size), got, *size)
        yield holds_at_most(at(*size), got, allowed(*size))


@one_f_one_b_schedule.check(weight=4)
def has_the_bubble_of_gpipe(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """All of it takes as long as m + p − 1 forward and as many backward passes, however long each takes."""
    for size in sizes(rng):
        got = s.call(NAME, *size)
        yield from is_complete(at(*size), got, *size)
        for forward, backward in ((1.0, 1.0), (1.0, 2.0), (float(rng.uniform(0.2, 2.0)), 1.0)):
            yield from takes(at(*size), got, size[1], forward, backward)


@one_f_one_b_schedule.check(weight=2)
def takes_few_micro_batches(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With fewer micro-batches than stages too it is complete, and has the bubble of GPipe."""
    for size in ((4, 2), (int(rng.integers(3, 7)), 1), (6, int(rng.integers(2, 6)))):
        got = s.call(NAME, *size)
        yield from is_complete(at(*size), got, *size)
        yield from goes_through(at(*size), got)
        yield holds_at_most(at(*size), got, allowed(*size))
        yield from takes(at(*size), got, size[1], 1.0, 2.0)


@one_f_one_b_schedule.check()
def takes_one_stage(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A single stage makes each backward pass right after its forward pass."""
    for size in ((1, 1), (1, int(rng.integers(2, 8)))):
        got = s.call(NAME, *size)
        yield from is_complete(at(*size), got, *size)
        yield from goes_through(at(*size), got)
        yield holds_at_most(at(*size), got, allowed(*size))


AHEAD = "ahead = min(stages - stage - 1, micro_batches)"
WARM_UP = '        passes = [("F", i) for i in range(ahead)]\n'
TURN = 'passes += [("F", ahead + i), ("B", i)]'
LEFT = '        passes += [("B", i) for i in range(micro_batches - ahead, micro_batches)]\n'


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
    one_f_one_b_schedule.misconception(identity, edits=edits, message=message, question=question)


mistake(
    "all_forwards_first",
    "All forward passes come first: that is GPipe. It has the same bubble, but every stage holds all m micro-batches.",
    "How soon could the last stage throw the activations of micro-batch 0 away?",
    (AHEAD, "ahead = micro_batches"),
)
mistake(
    "one_ahead_too_few",
    "Each stage makes one forward pass too few before its first backward pass. Then it waits for a gradient while it "
    "has nothing to do.",
    "How many stages come after stage s, and how long does micro-batch 0 need there and back?",
    (AHEAD, "ahead = min(max(stages - stage - 2, 0), micro_batches)"),
)
mistake(
    "one_ahead_too_many",
    "Each stage makes one forward pass too many before its first backward pass. No time is won, and one more "
    "micro-batch has to be held.",
    "How many forward passes does the last stage have to make before its first backward pass?",
    (AHEAD, "ahead = min(stages - stage, micro_batches)"),
)
mistake(
    "nothing_ahead",
    "Every stage makes a backward pass after each forward pass, from the beginning. So a micro-batch goes all the way "
    "forward and back before the next one starts.",
    "What can the first stage do while micro-batch 0 is on its way?",
    (AHEAD, "ahead = 0 * min(stages - stage - 1, micro_batches)"),
)
mistake(
    "as_many_ahead_everywhere",
    "All stages make as many forward passes ahead as the first one. The later ones could have gradients earlier, and "
    "hold more than they need.",
    "How long does the last stage wait for a gradient?",
    (AHEAD, "ahead = min(stages - 1, micro_batches)"),
)
mistake(
    "the_wrong_way_round",
    "The later a stage, the more forward passes it makes ahead. The first stage waits for a gradient that the last one "
    "will make only after more micro-batches have come: nobody can go on.",
    "Which stage gets its first gradient first?",
    (AHEAD, "ahead = min(stage, micro_batches)"),
)
mistake(
    "nothing_after",
    "The backward passes that are left at the end are missing.",
    "How many forward passes were made ahead, and when do their backward passes come?",
    (LEFT, ""),
)
mistake(
    "backward_of_the_newest",
    "In turn, the backward pass is that of the micro-batch that went forward just now. Its gradient has not come back "
    "yet: that of the oldest one has.",
    "In which order do micro-batches come back from the next stage?",
    (TURN, 'passes += [("F", ahead + i), ("B", ahead + i)]'),
    (LEFT, '        passes += [("B", i) for i in range(ahead)]\n'),
)
mistake(
    "the_last_ones_backwards",
    "The backward passes that are left at the end are made from the newest to the oldest. The next stage makes them "
    "the other way round.",
    "In which order do micro-batches come back from the next stage?",
    (
        LEFT,
        LEFT.replace(
            "range(micro_batches - ahead, micro_batches)", "range(micro_batches - ahead, micro_batches)[::-1]"
        ),
    ),
)
mistake(
    "backward_before_forward",
    "In turn, the backward pass comes before the forward pass, after too few forward passes ahead: the last stage "
    "makes the backward pass of a micro-batch that it has not seen.",
    "What does the last stage need before its first backward pass?",
    (TURN, 'passes += [("B", i), ("F", ahead + i)]'),
)
mistake(
    "enough_micro_batches_assumed",
    "With fewer micro-batches than stages, passes are made of micro-batches that do not exist.",
    "How many forward passes can a stage make ahead if there are two micro-batches?",
    (AHEAD, "ahead = stages - stage - 1"),
)
mistake(
    "stages_counted_from_one",
    "The stages seem to be counted from 1: each makes one forward pass too few ahead, and the last one less than none.",
    "What is `stage` for the last of p stages?",
    (AHEAD, "ahead = min(stages - stage - 2, micro_batches)"),
)

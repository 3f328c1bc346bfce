"""Judgement of `pipeline.bubble`: when the passes of a schedule start and end, the share of idle time, what is held."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, identical, raises
from autograder.submission import Submission

from .bubble_misconceptions import add_misconceptions
from .replaying import Schedule, any_order, hold_schedule, idle_share, in_turn, most_held, one_by_one, replay

bubble = Judgement(
    "pipeline.bubble",
    hints=(
        "A pass starts when three things are true: its stage is free, its micro-batch has come from the neighbour, "
        "and, for a backward pass, the stage has made the forward pass itself. So its start is a maximum.",
        "Keep a dict: when what a pass gives is there, by kind, micro-batch and stage. Go round the stages, and make "
        "on each the passes whose needs are in the dict, until nothing is left.",
        "If a whole round over the stages makes no pass, nobody will ever go on: raise ValueError.",
        "The whole takes until the largest end of all stages. Add up how long all stages work, and compare it with p "
        "times the whole.",
        "For what is held, count up at a forward pass and down at a backward pass, and keep the largest count.",
    ),
)
TIMES, BUBBLE, HELD = "pass_times", "bubble", "activations_held"


def durations(rng: np.random.Generator, stages: int) -> list[float]:
    return [float(one) for one in rng.uniform(0.3, 3.0, size=stages)]


def some_schedules(rng: np.random.Generator) -> list[tuple[str, Schedule]]:
    """Schedules of both methods, and some that nobody would use."""
    stages, micro_batches = int(rng.integers(2, 5)), int(rng.integers(3, 7))
    return [
        ("of GPipe", in_turn(stages, micro_batches)),
        ("of GPipe with the last micro-batch back first", in_turn(3, 4, backward_first_to_last=False)),
        ("of 1F1B", one_by_one(stages, micro_batches + stages)),
        ("in no particular order", any_order(rng, 3, 4)),
        ("in another order", any_order(rng, 4, 3)),
    ]


def same_times(
    s: Submission, where: str, schedule: Schedule, forward: list[float], backward: list[float]
) -> Iterator[Observation]:
    got = s.call(TIMES, hold_schedule(s, schedule), forward, backward)
    right = replay(schedule, forward, backward)
    lengths = [len(stage) for stage in got]
    yield identical(f"how many passes {where}", lengths, [len(stage) for stage in right])
    for number, name in enumerate(("start", "end")):
        for stage, passes in enumerate(right):
            given = np.array([float(one[number]) for one in got[stage]])
            wanted = np.array([one[number] for one in passes])
            yield close(f"the {name}s of the passes of stage {stage} {where}", given, wanted, magnitude=100.0)


@bubble.check(weight=2)
def starts_when_it_can(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A pass starts as soon as its stage is free and what it needs is there."""
    for where, schedule in some_schedules(rng):
        stages = len(schedule)
        yield from same_times(s, where, schedule, [1.0] * stages, [1.0] * stages)
        yield from same_times(s, f"{where}, slower back", schedule, [1.0] * stages, [2.0] * stages)
    # Not every stage need make the same passes: what goes forward alone needs nothing from behind.
    alone: Schedule = [[("F", 0), ("F", 1)], [("F", 0)]]
    yield from same_times(s, "with a pass that only stage 0 makes", alone, [1.0, 2.0], [1.0, 1.0])


@bubble.check(weight=2)
def each_stage_has_its_own_speed(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The stages may be of any speed, and so may be forward and backward passes."""
    for where, schedule in some_schedules(rng):
        stages = len(schedule)
        yield from same_times(s, where, schedule, durations(rng, stages), durations(rng, stages))


def stuck(rng: np.random.Generator) -> list[tuple[str, Schedule]]:
    """Schedules in which somebody waits for ever."""
    wrong_order = in_turn(3, 2)
    wrong_order[1] = [("B", 0), ("F", 0), ("F", 1), ("B", 1)]
    missing = in_turn(2, 3)
    missing[0].remove(("F", 1))
    ahead = int(rng.integers(1, 3))
    other_way = [
        [("F", 0), ("B", 0)] + [(kind, i) for i in range(1, ahead + 2) for kind in "FB"],
        [("F", i) for i in range(ahead + 2)] + [("B", i) for i in range(ahead + 2)],
    ]
    before_its_own = in_turn(2, 2)
    before_its_own[1] = [("B", 0), ("F", 0), ("F", 1), ("B", 1)]
    return [
        ("whose stage 1 starts with a backward pass", wrong_order),
        ("whose last stage starts with a backward pass", before_its_own),
        ("of one stage that only goes backward", [[("B", 0)]]),
        ("whose stage 0 leaves out a forward pass", missing),
        ("whose last stage waits for more micro-batches than come", other_way),
    ]


@bubble.check()
def refuses_what_waits_for_ever(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where a pass waits for ever, `pass_times` raises ValueError."""
    for where, schedule in stuck(rng):
        held, ones = hold_schedule(s, schedule), [1.0] * len(schedule)
        yield raises(f"the times of a schedule {where}", lambda: s.call(TIMES, held, ones, ones), "ValueError")  # noqa: B023


@bubble.check(weight=2)
def tells_the_share_of_idle_time(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The bubble is the share of all stages' time, until the last pass has ended, in which they are idle."""
    for where, schedule in some_schedules(rng):
        stages = len(schedule)
        for forward, backward in (([1.0] * stages, [2.0] * stages), (durations(rng, stages), durations(rng, stages))):
            got = s.call(BUBBLE, hold_schedule(s, schedule), forward, backward)
            right = idle_share(replay(schedule, forward, backward))
            yield close(f"the bubble of a schedule {where}", got, right, magnitude=1.0)


@bubble.check(weight=2)
def counts_what_is_held(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """For each stage, the most micro-batches between their forward and their backward pass."""
    first_alone = [[("F", 0), ("B", 0)] + [(kind, i) for kind in "FB" for i in (1, 2, 3)]] * 2
    for where, schedule in (*some_schedules(rng), ("of one micro-batch and then three", first_alone)):
        got = s.call(HELD, hold_schedule(s, schedule))
        right = [most_held(passes) for passes in schedule]
        yield identical(f"the number of stages {where}", len(got), len(right))
        yield close(f"what the stages hold {where}", np.array([float(one) for one in got]), np.array(right))


@bubble.check()
def takes_the_smallest_and_changes_nothing(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """One stage has no bubble; what is passed in is not changed."""
    for micro_batches in (1, 4):
        alone = one_by_one(1, micro_batches)
        yield from same_times(s, f"of one stage and {micro_batches}", alone, [0.5], [1.5])
        got = s.call(BUBBLE, hold_schedule(s, alone), [0.5], [1.5])
        yield close(f"the bubble of one stage and {micro_batches}", got, 0.0, magnitude=1.0)
    schedule, forward, backward = one_by_one(3, 4), [1.0, 2.0, 1.5], [2.0, 2.5, 3.0]
    held = hold_schedule(s, schedule), s.hold(forward), s.hold(backward)
    for name in (TIMES, BUBBLE):
        s.call(name, *held)
    s.call(HELD, held[0])
    before = [[list(one) for one in passes] for passes in schedule], forward, backward
    for name, remote, was in zip(("schedule", "forward", "backward"), held, before, strict=True):
        yield identical(name, remote.fetch(), was, f"{name} was changed")


add_misconceptions(bubble)

"""The oracle of schedules: it replays them by asking of each pass when it can end, from the last one backwards."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.observation import Observation, close, holds, identical
from autograder.submission import Remote, Submission

Passes = list[tuple[str, int]]
Schedule = list[Passes]
Times = list[list[tuple[float, float]]]
PAIRS = """
def schedule(rows):
    return [passes(row) for row in rows]

def passes(row):
    return [(kind, i) for kind, i in row]
"""


def hold_schedule(s: Submission, schedule: Schedule) -> Remote:
    """A schedule placed with the submission, its passes as tuples: the protocol by itself would make them lists."""
    return s.bring(PAIRS, "schedule").build("", schedule)


def hold_passes(s: Submission, passes: Passes) -> Remote:
    """The same of one stage's passes."""
    return s.bring(PAIRS, "passes").build("", passes)


def in_turn(stages: int, micro_batches: int, backward_first_to_last: bool = True) -> Schedule:
    """A schedule of GPipe; its backward passes may go from the last micro-batch to the first."""
    order = range(micro_batches) if backward_first_to_last else range(micro_batches)[::-1]
    return [[("F", i) for i in range(micro_batches)] + [("B", i) for i in order] for _ in range(stages)]


def one_by_one(stages: int, micro_batches: int) -> Schedule:
    """The schedule of 1F1B: each stage makes the pass that is due, a backward pass as soon as it holds p − s."""
    found: Schedule = []
    for stage in range(stages):
        waiting, backwards, passes = list(range(micro_batches)), list(range(micro_batches)), []
        while backwards:
            holds_enough = len(backwards) - len(waiting) == stages - stage
            passes.append(("B", backwards.pop(0)) if holds_enough or not waiting else ("F", waiting.pop(0)))
        found.append(passes)
    return found


def any_order(rng: np.random.Generator, stages: int, micro_batches: int) -> Schedule:
    """Some schedule that can be carried out: again and again one of the passes that are possible."""
    found: Schedule = [[] for _ in range(stages)]
    made: set[tuple[int, str, int]] = set()
    while len(made) < 2 * stages * micro_batches:
        possible = [
            (stage, kind, i)
            for stage in range(stages)
            for kind in "FB"
            for i in range(micro_batches)
            if (stage, kind, i) not in made and all(one in made for one in needed(stage, kind, i, stages))
        ]
        stage, kind, i = possible[int(rng.integers(len(possible)))]
        made.add((stage, kind, i))
        found[stage].append((kind, i))
    return found


def needed(stage: int, kind: str, i: int, stages: int) -> list[tuple[int, str, int]]:
    """What must have been made before a pass, wherever it was."""
    if kind == "F":
        return [(stage - 1, "F", i)] if stage > 0 else []
    return [(stage, "F", i)] + ([(stage + 1, "B", i)] if stage < stages - 1 else [])


def replay(schedule: Schedule, forward: Sequence[float], backward: Sequence[float]) -> Times:
    """When each pass starts and ends; infinity where it waits for ever."""
    place = {(stage, *one): n for stage, passes in enumerate(schedule) for n, one in enumerate(passes)}
    known: dict[tuple[int, int], tuple[float, float]] = {}

    def times(stage: int, n: int) -> tuple[float, float]:
        if (stage, n) not in known:
            known[stage, n] = (math.inf, math.inf)  # whoever waits for itself gets this answer
            kind, i = schedule[stage][n]
            before = [(stage, n - 1)] if n else []
            for one in needed(stage, kind, i, len(schedule)):
                before.append((one[0], place.get(one, -1)))
            start = max((times(*one)[1] if one[1] >= 0 else math.inf for one in before), default=0.0)
            known[stage, n] = start, start + (forward if kind == "F" else backward)[stage]
        return known[stage, n]

    return [[times(stage, n) for n in range(len(passes))] for stage, passes in enumerate(schedule)]


def whole_time(times: Times) -> float:
    return max(end for stage in times for _, end in stage)


def idle_share(times: Times) -> float:
    working = sum(end - start for stage in times for start, end in stage)
    return 1.0 - working / (len(times) * whole_time(times))


def most_held(passes: Passes) -> int:
    """Of how many micro-batches at once a stage has made the forward pass and not yet the backward pass."""
    kinds = [kind for kind, _ in passes]
    return max(kinds[:n].count("F") - kinds[:n].count("B") for n in range(len(kinds) + 1))


def read(got: Any) -> Schedule | None:
    """What a submission returned as a schedule, or None where it is none."""
    if not isinstance(got, list) or not all(isinstance(passes, list) for passes in got):
        return None
    found: Schedule = [[] for _ in got]
    for passes, readable in zip(got, found, strict=True):
        for one in passes:
            if not isinstance(one, list) or len(one) != 2 or not isinstance(one[0], str) or one[0] not in ("F", "B"):
                return None
            number = _whole(one[1])
            if number is None:
                return None
            readable.append((one[0], number))
    return found


def _whole(value: Any) -> int | None:
    """An int, be it one of NumPy, as `np.arange` gives."""
    if isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "iu":
        return int(value)
    return value if type(value) is int else None


# --- what a check may ask of a schedule


def is_complete(where: str, got: Any, stages: int, micro_batches: int) -> Iterator[Observation]:
    """Each stage makes each pass once."""
    schedule = read(got)
    yield holds(f"the form {where}", schedule is not None, f"{where}: not a list of lists of passes such as ('F', 0)")
    assert schedule is not None
    text = f"{where}: {len(schedule)} lists of passes for {stages} stages"
    yield identical(f"the stages {where}", len(schedule), stages, text)
    every = [[kind, i] for kind in "BF" for i in range(micro_batches)]
    for stage, passes in enumerate(schedule):
        text = f"{where}: stage {stage} should make each forward and each backward pass once, and nothing else"
        made = sorted([kind, i] for kind, i in passes)
        yield identical(f"the passes of stage {stage} {where}", made, every, text)


def goes_through(where: str, got: Any) -> Iterator[Observation]:
    """No pass waits for ever."""
    schedule = read(got) or []
    ones = [1.0] * len(schedule)
    made = [sum(math.isfinite(end) for _, end in stage) for stage in replay(schedule, ones, ones)]
    text = f"{where}: the stages get stuck, each waiting for another"
    yield identical(f"the passes made {where}", made, [len(passes) for passes in schedule], text)


def takes(where: str, got: Any, micro_batches: int, forward: float, backward: float) -> Iterator[Observation]:
    """All of it takes (m + p − 1) forward and as many backward passes."""
    schedule = read(got) or []
    stages = len(schedule)
    times = replay(schedule, [forward] * stages, [backward] * stages)
    right = (micro_batches + stages - 1) * (forward + backward)
    where = f"{where}, where a backward pass takes {backward / forward:.3g} times as long as a forward pass"
    yield close(f"the time {where}", whole_time(times) if times else math.inf, right)


def holds_at_most(where: str, got: Any, allowed: list[int]) -> Observation:
    """No stage holds more micro-batches at once than it may."""
    held = [most_held(passes) for passes in read(got) or []]
    ok = all(one <= most for one, most in zip(held, allowed, strict=True))
    text = "" if ok else f"{where}: the stages hold the activations of {held} micro-batches; {allowed} are enough"
    return Observation(f"what the stages hold {where}", ok, np.array(held), np.array(allowed), 0, text, text)

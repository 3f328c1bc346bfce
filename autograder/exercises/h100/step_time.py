"""Judgement of `h100.step_time`: a roofline, a pipeline's bubble, and communication that hides behind computing.

Williams et al. 2009; Huang et al. 2019 (GPipe), section 2.3, for the bubble. The oracle runs the pipeline turn by turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation
from autograder.submission import Submission

from .counted import log_uniform, number
from .step_time_misconceptions import add_misconceptions

step_time = Judgement(
    "h100.step_time",
    hints=(
        "Two things go on at once in a GPU: it multiplies, and it moves bytes to and from its memory. How long does "
        "each take alone? The slower one counts.",
        "A token costs 2 operations a parameter forward and 4 backward. Recomputing runs the forward pass once more. "
        "All tokens are shared by all GPUs.",
        "A stage of a pipeline works in m turns. The last stage begins p − 1 turns after the first, so it takes "
        "m + p − 1 turns until all are done: (m + p − 1) / m times as long as without a pipeline.",
        "Of computing and overlapped communication the longer counts. What is exposed comes on top: "
        "`max(busy, overlapped) + exposed`.",
    ),
)
ROOF, STEP = "roofline", "step_time"
Case = dict[str, Any]


def slower(operations: float, traffic: float, matrix_rate: float, share: float, memory_rate: float) -> float:
    seconds = sorted((operations / matrix_rate / share, traffic / memory_rate))
    return seconds[1]


def turn_by_turn(
    parameters: int,
    tokens: int,
    gpus: int,
    matrix_rate: float,
    share: float,
    memory_rate: float,
    traffic: float,
    overlapped: float,
    exposed: float,
    recompute: bool = False,
    pipeline: int = 1,
    microbatches: int = 1,
) -> float:
    """The last stage of a pipeline takes its microbatches one by one, as they come."""
    passes = {"forward": 2, "backward": 4} | ({"forward again": 2} if recompute else {})
    operations = sum(passes.values()) * parameters * (tokens / gpus)
    turn = slower(operations, traffic, matrix_rate, share, memory_rate) / microbatches
    free = [0.0] * pipeline  # when each stage has ended what it works on
    for _ in range(microbatches):
        came = 0.0
        for stage in range(pipeline):
            came = free[stage] = max(free[stage], came) + turn
    return (free[-1] if free[-1] > overlapped else overlapped) + exposed


def draw(rng: np.random.Generator) -> Case:
    """A step that is bound by its operations, on one GPU or several."""
    return {
        "parameters": int(log_uniform(rng, 1e8, 1e11)),
        "tokens": int(log_uniform(rng, 1e3, 1e6)),
        "gpus": int(rng.integers(2, 1025)),
        "matrix_rate": log_uniform(rng, 1e13, 1e15),
        "share": float(rng.uniform(0.2, 0.8)),
        "memory_rate": log_uniform(rng, 1e11, 1e13),
        "traffic": 0.0,
        "overlapped": 0.0,
        "exposed": 0.0,
    }


def called(s: Submission, case: Case) -> Any:
    named = dict(case)
    return s.call(STEP, named.pop("parameters"), named.pop("tokens"), named.pop("gpus"), **named)


def compared(s: Submission, where: str, case: Case) -> Observation:
    return number(f"the time of a step {where}", called(s, case), turn_by_turn(**case))


@step_time.check(weight=3)
def counts_the_slower_of_two(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A GPU multiplies and moves bytes at once; of the peak of its products it reaches a share."""
    for bound in ("operations", "memory", "both"):
        matrix_rate, memory_rate = log_uniform(rng, 1e13, 1e15), log_uniform(rng, 1e11, 1e13)
        share, seconds = float(rng.uniform(0.2, 0.8)), log_uniform(rng, 1e-3, 1e1)
        less = float(rng.uniform(0.6, 0.95))
        operations = seconds * matrix_rate * share * (less if bound == "memory" else 1.0)
        traffic = seconds * memory_rate * (less if bound == "operations" else 1.0)
        given = (operations, traffic, matrix_rate, share, memory_rate)
        yield number(f"the roofline bound by {bound}", s.call(ROOF, *given), slower(*given))


@step_time.check(weight=4)
def makes_six_operations(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A step makes 6 operations for each parameter and token, shared by the GPUs."""
    yield compared(s, "on one GPU", draw(rng) | {"gpus": 1})
    yield compared(s, "on several GPUs", draw(rng))
    few = {"parameters": int(rng.integers(2, 9)), "tokens": 1, "gpus": 31, "matrix_rate": 10.0, "memory_rate": 1.0}
    yield compared(s, "of a model of a few parameters", draw(rng) | few)


@step_time.check(weight=2)
def makes_eight_with_recomputation(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With recomputation there are 8."""
    for gpus in (1, int(rng.integers(2, 65))):
        case = draw(rng) | {"gpus": gpus, "recompute": True}
        yield compared(s, "with recomputation", case)
        yield number("the same, everything given by its name,", s.call(STEP, **case), turn_by_turn(**case))


@step_time.check(weight=2)
def may_be_bound_by_memory(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where a GPU's own bytes take longer than its operations, they count."""
    case = draw(rng)
    alone = turn_by_turn(**case)
    for times in (float(rng.uniform(0.3, 0.9)), float(rng.uniform(1.5, 4.0))):
        where = "with many bytes" if times > 1.0 else "with few bytes"
        yield compared(s, where, case | {"traffic": times * alone * case["memory_rate"]})


@step_time.check(weight=3)
def waits_in_the_bubble(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A pipeline of p stages and m microbatches takes (m + p − 1) / m times as long as p GPUs without one."""
    for microbatches in (1, int(rng.integers(2, 9)), int(rng.integers(9, 33))):
        pipeline = int(rng.integers(2, 9))
        pipeline += pipeline == microbatches
        case = draw(rng) | {"pipeline": pipeline, "microbatches": microbatches}
        yield compared(s, "of a pipeline", case)
    memory = turn_by_turn(**draw(rng) | {"pipeline": 1}) * 3
    case = draw(rng) | {"microbatches": int(rng.integers(2, 9)), "traffic": memory * 1e12}
    yield compared(s, "of microbatches without a pipeline", case)
    yield compared(s, "of a pipeline and one microbatch", draw(rng) | {"pipeline": 4})


@step_time.check(weight=2)
def hides_what_is_overlapped(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Overlapped communication counts where it takes longer than all computing, bubble included; exposed is added."""
    for long in (False, True):
        case = draw(rng) | {"pipeline": 3, "microbatches": 4}
        alone = turn_by_turn(**case)
        case["overlapped"] = alone * float(rng.uniform(1.5, 3.0) if long else rng.uniform(0.7, 0.95))
        case["exposed"] = alone * float(rng.uniform(0.2, 0.6))
        yield compared(s, f"with {'long' if long else 'short'} communication", case)
        yield compared(s, "with nothing overlapped", case | {"overlapped": 0.0})


add_misconceptions(step_time)

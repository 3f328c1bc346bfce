"""Judgement of `collectives.communication_cost`: a formula, beside the same all-reduce on a simulated network.

The oracle does not compute: it runs the three programs of `curriculum.collectives` on simulated ranks and counts steps,
bytes and seconds. Seconds are a straight line in the size, so two runs of each say where the lines meet.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, identical, raises
from autograder.submission import Submission
from curriculum.collectives import doubling_all_reduce, ring_all_reduce, tree_all_reduce
from curriculum.fabric import Fabric, on_ranks

from .communication_cost_misconceptions import add_misconceptions

communication_cost = Judgement(
    "collectives.communication_cost",
    hints=(
        "For each algorithm two questions: how many steps come one after another, and how many bytes does one message "
        "hold? All else follows.",
        "One step takes latency + message / bandwidth, and all ranks make theirs at the same time.",
        "The depth of a tree of N ranks is ⌈log₂ N⌉, `(N - 1).bit_length()`. With 5 ranks it is 3. The rounds of "
        "recursive doubling are ⌊log₂ N⌋, `N.bit_length() - 1`: 2 for 5 ranks, and two more steps for the fifth.",
        "The rank that sends most in the tree is rank 0, on the way down. In recursive doubling it is one that also "
        "tells a rank beyond the power of two.",
        "Seconds are a + b · size for both. Take a from a call with size 0 and b from one with latency 0 and size 1. "
        "The lines meet where a + b · size is the same: size = (a_ring − a_doubling) / (b_doubling − b_ring).",
    ),
)
COST, CROSSOVER = "communication_cost", "crossover"
RUN: dict[str, Callable[..., Tensor]] = {
    "ring": ring_all_reduce,
    "tree": tree_all_reduce,
    "doubling": doubling_all_reduce,
}
WORLD_SIZES = (4, 3, 1, 2, 5, 6, 8)


def simulated(algorithm: str, world_size: int, size: int, latency: float, bandwidth: float) -> dict[str, float]:
    """Steps, bytes and seconds of a run on so many ranks, with `size` bytes on each."""
    x = torch.zeros(size, dtype=torch.uint8)
    _, fabric = on_ranks(
        world_size, lambda comm: RUN[algorithm](x, comm), fabric=Fabric(world_size, latency, bandwidth)
    )
    return {
        "steps": max(one.steps for one in fabric.traffic),
        "bytes": max(one.bytes_sent for one in fabric.traffic),
        "seconds": fabric.seconds,
    }


def links(rng: np.random.Generator) -> tuple[float, float]:
    """A latency and a bandwidth."""
    return float(rng.uniform(1e-6, 1e-5)), float(rng.uniform(1e7, 1e9))


def beside_a_run(s: Submission, rng: np.random.Generator, algorithm: str) -> Iterator[Observation]:
    """What the submission says, and what is counted."""
    cases = [(algorithm, n, n * int(rng.integers(100, 1000)), *links(rng)) for n in WORLD_SIZES]
    for case, got in zip(cases, s.each(COST, cases), strict=True):
        told: dict[str, Any] = got if isinstance(got, dict) else {}
        yield identical("the names of what is returned", sorted(told), ["bytes", "seconds", "steps"])
        for name, right in simulated(*case).items():
            where = f"{name} of the {algorithm} for {case[1]} ranks"
            yield close(where, told[name], np.float64(right))


@communication_cost.check(weight=2)
def tells_what_the_ring_costs(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Steps, bytes and seconds of "ring" are those of a run."""
    yield from beside_a_run(s, rng, "ring")


@communication_cost.check(weight=2)
def tells_what_the_tree_costs(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Steps, bytes and seconds of "tree" are those of a run."""
    yield from beside_a_run(s, rng, "tree")


@communication_cost.check(weight=2)
def tells_what_doubling_costs(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Steps, bytes and seconds of "doubling" are those of a run, where N is a power of two and where it is not."""
    yield from beside_a_run(s, rng, "doubling")


@communication_cost.check(weight=3)
def finds_the_size_at_which_both_take_equally_long(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """`crossover` is the size at which ring and doubling take equally long, and infinite for two ranks."""
    cases = [(n, *links(rng)) for n in (3, 4, 2, 6, 8, 16)]
    for (world_size, latency, bandwidth), got in zip(cases, s.each(CROSSOVER, cases), strict=True):
        size = 1000 * world_size
        lines = {}
        for kind in ("ring", "doubling"):
            nothing, some = (simulated(kind, world_size, n, latency, bandwidth)["seconds"] for n in (0, size))
            lines[kind] = nothing, (some - nothing) / size
        (ring, ring_slope), (doubling, doubling_slope) = lines["ring"], lines["doubling"]
        never = math.isclose(ring_slope, doubling_slope, rel_tol=1e-6)
        right = math.inf if never else (ring - doubling) / (doubling_slope - ring_slope)
        yield close(f"the size for {world_size} ranks", got, np.float64(right), roundings=512)


@communication_cost.check()
def refuses_other_names(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Another algorithm is a ValueError."""
    yield raises("an algorithm 'star'", lambda: s.call(COST, "star", 4, 1000, *links(rng)), "ValueError")


add_misconceptions(communication_cost)

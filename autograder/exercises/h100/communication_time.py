"""Judgement of `h100.communication_time`: the α–β model of ring collectives, and what each strategy sends in a step.

Hockney 1994; Thakur, Rabenseifner & Gropp 2005, section 4; Rajbhandari et al. 2020, section 7. The oracle goes around
the ring step by step with exact fractions.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, raises
from autograder.submission import Submission

from .communication_time_misconceptions import add_misconceptions
from .counted import log_uniform, number

communication_time = Judgement(
    "h100.communication_time",
    hints=(
        "Begin with one message: it takes `microseconds` · 10⁻⁶ s to begin, then its bytes at the rate of the link. "
        "The link's rate is in bits. How many bytes a second are 400 Gb/s?",
        "Around a ring of N GPUs an all-gather makes N − 1 steps. In each, every GPU passes on one part: 1 / N "
        "of the whole tensor. A reduce-scatter costs the same, an all-reduce is both in a row.",
        "A step's collectives move 2 · parameters bytes, since weights and gradients are in bfloat16. Cut into "
        "buckets, each moves its share, but all wait for the latency of a ring of their own.",
        "Write a table: which collectives does a strategy call, and how often in a step with m microbatches? DDP: "
        "all_reduce 1. ZeRO-1: reduce_scatter 1, all_gather 1. ZeRO-2: reduce_scatter m, all_gather 1. ZeRO-3: "
        "reduce_scatter m, all_gather 2m.",
    ),
)
ONE, STEP = "communication_time", "exchange_time"
STRATEGIES = ("DDP", "ZeRO-1", "ZeRO-2", "ZeRO-3")
Link = tuple[float, float]


def message(size: Fraction, link: Link) -> Fraction:
    """Seconds until the last bit of `size` bytes is there."""
    microseconds, gigabits = map(Fraction, link)
    return microseconds / 10**6 + size * 8 / (gigabits * 10**9)


def around_the_ring(collective: str, size: Fraction, ranks: int, link: Link) -> Fraction:
    """Seconds, step by step."""
    if collective == "send":
        return message(size, link)
    passes = ("reduce_scatter", "all_gather") if collective == "all_reduce" else (collective,)
    return sum((message(size / ranks, link) for _ in passes for _ in range(1, ranks)), Fraction())


def in_a_step(strategy: str, microbatches: int) -> list[str]:
    """The collectives of one bucket, in their order."""
    if strategy == "DDP":
        return ["all_reduce"]
    if strategy == "ZeRO-1":
        return ["reduce_scatter", "all_gather"]
    if strategy == "ZeRO-2":
        return ["reduce_scatter"] * microbatches + ["all_gather"]
    return ["all_gather", "all_gather", "reduce_scatter"] * microbatches


def of_a_step(
    parameters: int, strategy: str, data: int, link: Link, buckets: int = 1, microbatches: int = 1
) -> Fraction:
    size = Fraction(2 * parameters, buckets)
    each = (around_the_ring(call, size, data, link) for call in in_a_step(strategy, microbatches))
    return buckets * sum(each, Fraction())


def draw_link(rng: np.random.Generator) -> Link:
    return log_uniform(rng, 1.0, 50.0), log_uniform(rng, 25.0, 4000.0)


def draw_size(rng: np.random.Generator, ranks: int, link: Link) -> int:
    """Bytes whose parts take about as long to go as a message takes to begin."""
    alone = link[0] * 1e-6 * link[1] * 1e9 / 8
    return int(ranks * alone * log_uniform(rng, 0.3, 3.0)) + 1


def compared(s: Submission, where: str, collective: str, size: int, ranks: int, link: Link) -> Iterator[Observation]:
    right = around_the_ring(collective, Fraction(size), ranks, link)
    yield number(f"the time of {collective} {where}", s.call(ONE, collective, size, ranks, *link), float(right))


def step_compared(
    s: Submission, where: str, parameters: int, strategy: str, data: int, link: Link, **more: int
) -> Iterator[Observation]:
    right = of_a_step(parameters, strategy, data, link, **more)
    got: Any = s.call(STEP, parameters, strategy, data, *link, **more)
    yield number(f"the time of {strategy} {where}", got, float(right))


@communication_time.check(weight=4)
def goes_around_the_ring(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """N − 1 steps gather or reduce and scatter, 2 (N − 1) do both; each sends 1 / N of the tensor."""
    for collective in ("all_gather", "reduce_scatter", "all_reduce"):
        for ranks in (2, int(rng.integers(3, 9)), int(rng.integers(9, 1025))):
            link = draw_link(rng)
            yield from compared(s, f"of {ranks} ranks", collective, draw_size(rng, ranks, link), ranks, link)


@communication_time.check()
def sends_one_message(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """One message takes the latency and its bytes; how many ranks there are does not matter."""
    for ranks in (2, int(rng.integers(3, 65))):
        link = draw_link(rng)
        yield from compared(s, f"of {ranks} ranks", "send", draw_size(rng, 1, link), ranks, link)


@communication_time.check(weight=2)
def knows_its_units(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Microseconds, bytes, and 10⁹ bits a second: without latency 50 GB take a second at 400 Gb/s."""
    yield from compared(s, "of 50 GB", "send", 50 * 10**9, 2, (0.0, 400.0))
    link = draw_link(rng)
    yield from compared(s, "of nothing", "all_reduce", 0, int(rng.integers(2, 9)), link)
    yield from compared(s, "without latency", "all_gather", int(rng.integers(10**6, 10**9)), 8, (0.0, link[1]))


@communication_time.check()
def stops_at_its_edges(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """One rank alone needs no time, and a collective or a strategy that does not exist is refused."""
    link = draw_link(rng)
    for collective in ("all_gather", "reduce_scatter", "all_reduce"):
        yield from compared(s, "of one rank", collective, 10**6, 1, link)
    for strategy in STRATEGIES:
        yield from step_compared(s, "on one GPU", 10**6, strategy, 1, link)
    yield raises("another collective", lambda: s.call(ONE, "all_to_none", 10**6, 4, *link), "ValueError")
    yield raises("another strategy", lambda: s.call(STEP, 10**6, "ZeRO-4", 4, *link), "ValueError")


@communication_time.check(weight=4)
def sends_what_a_strategy_sends(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """DDP, ZeRO-1 and ZeRO-2 send gradients and weights once, 2 (N − 1) / N · 2P bytes, ZeRO-3 half as much again."""
    for strategy in STRATEGIES:
        link, data = draw_link(rng), int(rng.integers(2, 65))
        yield from step_compared(s, "in a step", draw_size(rng, data, link), strategy, data, link)
    # 6.6 billion parameters on 8 GPUs: 34.65 GB by ZeRO-3, at 450 GB/s.
    yield from step_compared(s, "for 6.6 billion", 6_600_000_000, "ZeRO-3", 8, (0.0, 3600.0))


@communication_time.check(weight=2)
def repeats_what_a_microbatch_repeats(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """More microbatches cost DDP and ZeRO-1 nothing, ZeRO-2 a reduce-scatter, ZeRO-3 two all-gathers more."""
    for strategy in STRATEGIES:
        link, data = draw_link(rng), int(rng.integers(2, 65))
        more = {"microbatches": int(rng.integers(2, 9))}
        yield from step_compared(s, "with microbatches", draw_size(rng, data, link), strategy, data, link, **more)


@communication_time.check(weight=2)
def waits_for_every_bucket(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Buckets share the bytes; each has its own latencies."""
    for strategy in STRATEGIES:
        link, data, buckets = draw_link(rng), int(rng.integers(2, 65)), int(rng.integers(2, 81))
        parameters = draw_size(rng, data, link) * int(rng.integers(1, buckets))
        more = {"buckets": buckets, "microbatches": int(rng.integers(1, 4))}
        yield from step_compared(s, "in buckets", parameters, strategy, data, link, **more)


add_misconceptions(communication_time)

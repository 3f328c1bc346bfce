"""Judgement of `data_parallel.shard_indices`: who reads what in an epoch. The checks count samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, frequency, holds, identical
from autograder.submission import Submission

from .shard_indices_misconceptions import add_misconceptions

shard_indices = Judgement(
    "data_parallel.shard_indices",
    hints=(
        "Let every rank draw the *same* order of all samples. Then it takes its own places of that order. What must "
        "the ranks agree on so that they draw the same?",
        "`np.random.default_rng([seed, epoch])` is a generator of its own, which has the same state on every rank and "
        "another one in every epoch. `permutation(samples)` draws an order.",
        "There are N · ⌈samples / N⌉ places, `-(-samples // world_size)` for each rank. Rank r may take the places r, "
        "r + N, r + 2 N, …",
        "At a place beyond the last sample the order begins again: `order[place % samples]`. That goes on as often as "
        "needed, where there are fewer samples than ranks.",
    ),
)
NAME = "shard_indices"


def drawn(s: Submission, samples: int, world_size: int, epoch: int, seed: int) -> list[Any]:
    """What each rank gets."""
    return s.each(NAME, [(samples, world_size, rank, epoch, seed) for rank in range(world_size)])


def a_seed(rng: np.random.Generator) -> int:
    return int(rng.integers(1, 2**31))


def all_are_lists(shards: list[Any], samples: int) -> Observation:
    ok = all(isinstance(shard, list) and all(type(i) is int and 0 <= i < samples for i in shard) for shard in shards)
    return holds("what is returned", ok, "a rank does not get a list of ints from 0 to samples − 1")


@shard_indices.check(weight=3)
def everybody_reads_something_else(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where N divides the number of samples, every sample is read by one rank, once."""
    for samples, world_size in ((12, 3), (8, 4), (7, 1)):
        shards = drawn(s, samples, world_size, int(rng.integers(9)), a_seed(rng))
        yield all_are_lists(shards, samples)
        read = np.bincount([i for shard in shards for i in shard], minlength=samples)
        problem = "a sample is read twice, or not at all, though N divides the number of samples"
        yield identical(
            f"how often each of {samples} samples is read by {world_size} ranks", read, np.ones(samples), problem
        )


@shard_indices.check(weight=2)
def everybody_reads_equally_many(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each rank gets ⌈samples / N⌉, and what fills up the last places is spread evenly."""
    for samples, world_size in ((10, 4), (7, 3), (2, 5), (1, 4), (12, 4)):
        shards = drawn(s, samples, world_size, int(rng.integers(9)), a_seed(rng))
        yield all_are_lists(shards, samples)
        lengths = np.array([len(shard) for shard in shards])
        each = -(-samples // world_size)
        where = f"{samples} samples on {world_size} ranks"
        yield identical(f"the lengths for {where}", lengths, np.full(world_size, each), f"{where}: not {each} for each")
        read = Counter(i for shard in shards for i in shard)
        counts = [read[i] for i in range(samples)]
        problem = f"{where}: one sample is read {max(counts)} times, and another {min(counts)} times"
        yield holds(f"how often each is read, {where}", max(counts) - min(counts) <= 1, problem)


@shard_indices.check(weight=2)
def every_epoch_has_another_order(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Another epoch or another seed gives another order; the same ones give the same again."""
    samples, seed = 40, a_seed(rng)
    cases = [(3, seed), (3, seed), (4, seed), (3, seed + 7), (3, 0), (3,)]
    orders = s.each(NAME, [(samples, 2, 1, *case) for case in cases])
    yield all_are_lists(orders, samples)
    first, again, later, other, zero, default = orders
    # All at once, so that a program which ignores the epoch is told from one that draws nothing at all.
    found = {
        "the same arguments give another order": first == again,
        "the next epoch has the same order": first != later,
        "another seed gives the same order": first != other,
        "without a seed the order is not that of seed 0": zero == default,
    }
    problem = "; ".join(text for text, fine in found.items() if not fine)
    yield identical("which orders differ", np.array([*found.values()]), np.ones(len(found), dtype=bool), problem)


@shard_indices.check(weight=2)
def any_sample_may_come_anywhere(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Over many epochs every sample comes to every rank, place and neighbour equally often."""
    samples, world_size, epochs, seed = 6, 2, 600, a_seed(rng)
    rank, place, sample = (int(rng.integers(n)) for n in (world_size, samples // world_size, samples))
    shards = s.each(NAME, [(samples, world_size, rank, epoch, seed) for epoch in range(epochs)])
    yield all_are_lists(shards, samples)
    here = sum(sample in shard for shard in shards)
    yield frequency("how often a sample comes to a rank", here, epochs, 1 / world_size)
    there = sum(shard[place] == sample for shard in shards)
    yield frequency("how often a sample comes to a place of a rank", there, epochs, 1 / samples)
    other = (sample + 1) % samples
    met = sum((sample in shard) == (other in shard) for shard in shards)  # of two ranks: both here, or both there
    yield frequency(
        "how often two samples come to the same rank", met, epochs, (samples // world_size - 1) / (samples - 1)
    )


@shard_indices.check()
def leaves_the_generators_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The global generators of torch, NumPy and Python are neither drawn from nor seeded, and have no influence."""
    names = ("torch", "numpy.random", "random")
    seed = a_seed(rng)

    def states() -> list[Any]:
        calls = ("get_rng_state", "get_state", "getstate")
        return [s.library(name).call(call) for name, call in zip(names, calls, strict=True)]

    before = states()
    first = s.call(NAME, 9, 2, 0, 5, seed)
    for name, old, new in zip(names, before, states(), strict=True):
        same = all(np.array_equal(a, b) for a, b in zip(leaves(old), leaves(new), strict=True))
        yield holds(f"the state of {name}", same, f"the global generator of {name} was drawn from or seeded")
    for name in names:
        s.library(name).tell("manual_seed" if name == "torch" else "seed", int(rng.integers(2**31)))
    again = s.call(NAME, 9, 2, 0, 5, seed)
    yield holds("the order for other states", first == again, "the order depends on the global generators")


def leaves(value: Any) -> list[Any]:
    """The numbers and arrays of a nested list."""
    return [leaf for item in value for leaf in leaves(item)] if isinstance(value, list | tuple) else [value]


add_misconceptions(shard_indices)

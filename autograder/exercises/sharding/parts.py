"""What the exercises on sharding have in common: sizes of parts, and what ranks hold and send.

Held bytes are measured twice. `LiveMemory`, brought to the submission, counts torch's tensors to the byte wherever the
submission runs. A jailed worker's memory, which nobody can forge, is measured from outside, so it tells of a difference
of megabytes whatever holds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograder.observation import Observation, holds, identical
from autograder.ranks import Ranks
from autograder.reference import module_text

LIVE_MEMORY = module_text("curriculum.live_memory")
SLACK = 1024
"""Bytes that a rank may hold beyond what is asked, for a few numbers."""


def part(elements: int, world_size: int) -> int:
    """⌈elements / world_size⌉."""
    return -(-elements // world_size)


def sent_at_most(name: str, ranks: Ranks, elements: int, itemsize: int, messages: int) -> Iterator[Observation]:
    """Whether each rank sent no more than so many elements, in no more than so many messages."""
    counted = [traffic.messages for traffic in ranks.fabric.traffic]
    problem = f"a rank sends {max(counted)} messages {name}, where {messages} are enough"
    yield over(f"the messages sent {name}", counted, messages, problem)
    sent = [traffic.bytes_sent for traffic in ranks.fabric.traffic]
    problem = f"a rank sends {max(sent) // itemsize} elements {name}, where {elements} are enough"
    yield over(f"the elements sent {name}", sent, elements * itemsize, problem)


def over(name: str, found: Sequence[float], limit: float, problem: str) -> Observation:
    """Whether nothing found is over a limit; by how many times it is tells one mistake from another."""
    times = np.array([number // max(limit, 1) if number > limit else 0 for number in found])
    return identical(name, times, np.zeros_like(times), problem)


def grown_at_most(name: str, few: Ranks, many: Ranks, most: float) -> Iterator[Observation]:
    """Whether no rank's process grew by more than `most` bytes between two runs, where that can be told."""
    grown = [after - before for before, after in zip(few.bytes_held, many.bytes_held, strict=False)]
    problem = f"{name} take {max(grown, default=0) / 1e6:.1f} MB of a rank's process, where {most / 1e6:.1f} are enough"
    yield holds(f"the memory of {name}", all(number <= most for number in grown), problem)

"""Models with options, drawn so that each way to choose wrongly shows; and what is right of a choice.

The models are those of RLHF: one writes and learns, one scores, one scores and learns. Each works for some seconds in
each phase, less on more GPUs but never half as much on twice as many, and divides its bytes among them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

CAPACITY = 80 * 10**9
PHASES = ((1.0, 0.0, 1.0), (0.0, 1.0, 0.0), (0.0, 1.0, 0.0), (0.0, 1.0, 1.0))
"""Writing, scoring and learning: which of them policy, reference, reward and value model do."""
Chosen = tuple[list[int], int, list[float]]


@dataclass(frozen=True)
class Case:
    candidates: list[list[Chosen]]
    gpus: int

    def chosen(self, numbers: list[int]) -> list[Chosen]:
        return [self.candidates[model][number] for model, number in enumerate(numbers)]


def choices(case: Case) -> Iterator[list[int]]:
    return map(list, itertools.product(*(range(len(options)) for options in case.candidates)))


def bytes_of(chosen: list[Chosen], gpus: int) -> list[int]:
    return [sum(size for places, size, _ in chosen if gpu in places) for gpu in range(gpus)]


def busy(chosen: list[Chosen], gpu: int, phase: int) -> float:
    return sum(seconds[phase] for places, _, seconds in chosen if gpu in places)


def seconds_of(chosen: list[Chosen], gpus: int) -> float:
    phases = range(len(chosen[0][2]))
    return sum(max(busy(chosen, gpu, phase) for gpu in range(gpus)) for phase in phases)


def an_option(rng: np.random.Generator, gpus: int, size: int, work: list[float]) -> Chosen:
    """On one GPU or several, each with its part of the bytes."""
    count = int(rng.integers(1, gpus + 1))
    places = sorted(int(gpu) for gpu in rng.choice(gpus, count, replace=False))
    slower = 1.0 + 0.1 * (count - 1)
    return places, -(-size // count), [slower * seconds / count for seconds in work]


def a_model(rng: np.random.Generator, model: int, phases: int = 3) -> tuple[int, list[float]]:
    size = int(rng.uniform(0.3, 1.6) * CAPACITY)
    does = PHASES[model % len(PHASES)] if phases == 3 else (1.0,) * phases
    return size, [share * float(rng.uniform(1.0, 9.0)) for share in does]


def a_choice(rng: np.random.Generator, gpus: int, models: int, phases: int = 3) -> list[Chosen]:
    """An option of each model, one of them on several GPUs; of more than two, two meet on a GPU.

    With three phases it takes four models: of three, too few work in the same phase.
    """
    while True:
        chosen = [an_option(rng, gpus, *a_model(rng, model, phases)) for model in range(models)]
        several = any(len(places) > 1 for places, _, _ in chosen)
        meet = max(sum(gpu in places for places, _, _ in chosen) for gpu in range(gpus)) > 1
        if several and (models < 3 or (meet and clear(chosen, gpus))):
            return chosen


def clear(chosen: list[Chosen], gpus: int) -> bool:
    """Whether the ways to get a step's time wrong give other times; with one phase there is one such way."""
    right = seconds_of(chosen, gpus)
    rules = (one_after_another, without_barriers, longest_alone)[: 1 if len(chosen[0][2]) == 1 else 3]
    return all(abs(rule(chosen, gpus) - right) > 0.01 * right for rule in rules)


def one_after_another(chosen: list[Chosen], gpus: int) -> float:
    return sum(sum(seconds) for _, _, seconds in chosen)


def without_barriers(chosen: list[Chosen], gpus: int) -> float:
    phases = range(len(chosen[0][2]))
    return max(sum(busy(chosen, gpu, phase) for phase in phases) for gpu in range(gpus))


def longest_alone(chosen: list[Chosen], gpus: int) -> float:
    phases = range(len(chosen[0][2]))
    return sum(max(seconds[phase] for _, _, seconds in chosen) for phase in phases)


def most_bytes(chosen: list[Chosen], gpus: int) -> float:
    return float(max(bytes_of(chosen, gpus)))


def all_bytes(chosen: list[Chosen], gpus: int) -> float:
    return float(sum(bytes_of(chosen, gpus)))


TRAPS: tuple[Callable[[list[list[Chosen]], list[list[Chosen]], int], list[Chosen]], ...] = (
    lambda every, fitting, gpus: min(every, key=lambda chosen: seconds_of(chosen, gpus)),
    lambda every, fitting, gpus: min(pooled(every, gpus), key=lambda chosen: seconds_of(chosen, gpus)),
    lambda every, fitting, gpus: min(fitting, key=lambda chosen: one_after_another(chosen, gpus)),
    lambda every, fitting, gpus: min(fitting, key=lambda chosen: without_barriers(chosen, gpus)),
    lambda every, fitting, gpus: min(fitting, key=lambda chosen: longest_alone(chosen, gpus)),
    lambda every, fitting, gpus: min(fitting, key=lambda chosen: max(bytes_of(chosen, gpus))),
    lambda every, fitting, gpus: fitting[0],
    lambda every, fitting, gpus: fitting[-1],
)
"""What somebody chooses, of every choice and of those that fit, who looks at something else."""


def pooled(every: list[list[Chosen]], gpus: int) -> list[list[Chosen]]:
    return [chosen for chosen in every if sum(bytes_of(chosen, gpus)) <= gpus * CAPACITY]


def a_case(rng: np.random.Generator, trap: int, gpus: int = 4, models: int = 4, options: int = 3) -> Case:
    """Some choices fit and some do not; who falls into the trap chooses one that does not fit or is slower."""
    while True:
        of_models = [a_model(rng, model) for model in range(models)]
        case = Case([[an_option(rng, gpus, *model) for _ in range(options)] for model in of_models], gpus)
        every = [case.chosen(numbers) for numbers in choices(case)]
        fitting = [chosen for chosen in every if max(bytes_of(chosen, gpus)) <= CAPACITY]
        if not 3 <= len(fitting) < len(every):
            continue
        least = min(seconds_of(chosen, gpus) for chosen in fitting)
        if abs(seconds_of(TRAPS[trap](every, fitting, gpus), gpus) - least) > 0.01 * least:
            return case


def tied(rng: np.random.Generator) -> Case:
    """Two models that fill one GPU each to the last byte, on either of two: both ways are right, together is wrong."""
    seconds = [float(rng.uniform(1.0, 3.0)), float(rng.uniform(1.0, 3.0))]
    both: list[Chosen] = [([0], CAPACITY, seconds), ([1], CAPACITY, seconds)]
    return Case([both, list(both)], 2)

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
    """An option of each model: of several, at least one stands alone somewhere and at least two meet."""
    while True:
        chosen = [an_option(rng, gpus, *a_model(rng, model, phases)) for model in range(models)]
        standing = [sum(gpu in places for places, _, _ in chosen) for gpu in range(gpus)]
        several = any(len(places) > 1 for places, _, _ in chosen)
        meet = models == 1 or (max(standing) > 1 and min(standing) < models and clear(chosen, gpus))
        if several and meet and (gpus == 1 or 0 in standing or models > 1):
            return chosen


def clear(chosen: list[Chosen], gpus: int) -> bool:
    """Whether the ways to get a step's time wrong give other times."""
    right = seconds_of(chosen, gpus)
    wrong = [rule(chosen, gpus) for rule in (one_after_another, without_barriers, longest_alone)]
    phases = len(chosen[0][2])
    return all(abs(value - right) > 0.01 * right for value in (wrong if phases > 1 else wrong[:1]))


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


WRONG_AIMS: tuple[Callable[[list[Chosen], int], float], ...] = (
    one_after_another,
    without_barriers,
    longest_alone,
    most_bytes,
)


def a_case(rng: np.random.Generator, gpus: int = 4, models: int = 4, options: int = 3) -> Case:
    """Something fits; what is fastest does not, whether bytes are looked at by GPU, in all, or not at all; and no
    other aim, nor the first choice that fits, leads to the fastest."""
    while True:
        of_models = [a_model(rng, model) for model in range(models)]
        drawn = [[an_option(rng, gpus, *model) for _ in range(options)] for model in of_models]
        case = Case(drawn, gpus)
        every = [case.chosen(numbers) for numbers in choices(case)]
        fitting = [chosen for chosen in every if most_bytes(chosen, gpus) <= CAPACITY]
        if len(fitting) < 3:
            continue
        least = min(seconds_of(chosen, gpus) for chosen in fitting)
        pooled = [chosen for chosen in every if all_bytes(chosen, gpus) <= gpus * CAPACITY]
        instead = [min(fitting, key=lambda chosen, aim=aim: aim(chosen, gpus)) for aim in WRONG_AIMS]  # type: ignore[misc]
        instead += [fitting[0], fitting[-1], min(pooled, key=lambda chosen: seconds_of(chosen, gpus))]
        instead += [min(every, key=lambda chosen: seconds_of(chosen, gpus))]
        if all(abs(seconds_of(chosen, gpus) - least) > 0.01 * least for chosen in instead):
            return case


def tied(rng: np.random.Generator) -> Case:
    """Two models that fill one GPU each to the last byte, on either of two: both ways are right, together is wrong."""
    seconds = [float(rng.uniform(1.0, 3.0)), float(rng.uniform(1.0, 3.0))]
    both: list[Chosen] = [([0], CAPACITY, seconds), ([1], CAPACITY, seconds)]
    return Case([both, list(both)], 2)

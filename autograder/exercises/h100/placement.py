"""Judgement of `h100.placement`: bytes and seconds of several models on the same GPUs, and the best way to place them.

The oracle gives each GPU a list of what stands there, and tries every choice one model after another. What is judged of
a choice is that it fits and that no other is faster: of several equally fast ones each is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, holds, identical
from autograder.submission import Submission

from .counted import number, python_int, whole
from .placement_cases import CAPACITY, TRAPS, Case, Chosen, a_case, a_choice, bytes_of, choices, seconds_of, tied
from .placement_misconceptions import add_misconceptions

placement = Judgement(
    "h100.placement",
    hints=(
        "Draw the GPUs as columns. Put each model's bytes into the columns where it stands: what is the height of each "
        "column? Then do the same with the seconds of one phase.",
        "A phase is over when the busiest GPU is done, so it takes the largest of the columns. The phases come one "
        "after another, so their times are added up.",
        "`itertools.product` gives every way to take one option of each model. Leave out those in which some GPU holds "
        "more than `capacity`, and take the fastest of the rest.",
        "`min(fitting, key=…, default=None)` also answers when nothing fits. Exactly `capacity` fits.",
    ),
)
MEMORY, TIME, BEST = "memory_by_gpu", "placement_time", "best_placement"


def fits_and_is_fastest(s: Submission, where: str, case: Case) -> Iterator[Observation]:
    """The choice is one, fits, and is as fast as the fastest."""
    got = s.call(BEST, case.candidates, case.gpus, CAPACITY)
    numbers = list(got) if isinstance(got, np.ndarray) and got.ndim else got
    found = [python_int(number) for number in numbers] if isinstance(numbers, list) else numbers
    fitting = [numbers for numbers in choices(case) if max(bytes_of(case.chosen(numbers), case.gpus)) <= CAPACITY]
    if not fitting:
        yield identical(f"the choice {where}", found, None)
        return
    valid = isinstance(found, list) and len(found) == len(case.candidates)
    valid = valid and all(
        isinstance(number, int) and 0 <= number < len(options)
        for number, options in zip(found, case.candidates, strict=True)
    )
    yield holds(f"the form of the choice {where}", valid, f"the choice {where} is not the number of an option a model")
    held = max(bytes_of(case.chosen(found), case.gpus))
    text = "" if held <= CAPACITY else f"the choice {where} does not fit on every GPU"
    # What it holds is kept: by that two mistakes can be told apart.
    yield Observation(f"the memory of the choice {where}", not text, held, CAPACITY, 0, text, text)
    least = min(seconds_of(case.chosen(numbers), case.gpus) for numbers in fitting)
    yield number(f"the time of the choice {where}", seconds_of(case.chosen(found), case.gpus), least)


@placement.check(weight=3)
def adds_up_the_bytes_of_each_gpu(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A GPU holds the bytes of all models that stand on it, and nothing where none does."""
    for where, gpus, models in (("of four models", 8, 4), ("of two models", 3, 2), ("of one model", 3, 1)):
        chosen = a_choice(rng, gpus, models)
        got = s.call(MEMORY, chosen, gpus)
        values = got.tolist() if isinstance(got, np.ndarray) else got
        several = isinstance(values, list) and len(values) == gpus
        yield holds(f"the form of the memory {where}", several, f"the memory {where} is not a list with an int a GPU")
        for gpu, right in enumerate(bytes_of(chosen, gpus)):
            yield from whole(f"the memory of GPU {gpu} {where}", values[gpu], right)


@placement.check(weight=4)
def waits_for_the_busiest_gpu(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A phase takes as long as its busiest GPU, and a step all phases one after another."""
    for where, gpus, models, phases in (
        ("of four models", 8, 4, 3),
        ("of two models", 4, 2, 2),
        ("of one phase", 4, 3, 1),
        ("of one model", 3, 1, 3),
    ):
        chosen = a_choice(rng, gpus, models, phases)
        yield number(f"the time {where}", s.call(TIME, chosen, gpus), seconds_of(chosen, gpus))


@placement.check(weight=8)
def is_as_fast_as_any_that_fits(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The choice fits on every GPU, and no other that fits is faster."""
    for trap in range(len(TRAPS)):
        yield from fits_and_is_fastest(s, f"in case {trap}", a_case(rng, trap))


@placement.check(weight=2)
def fills_a_gpu_to_the_brim(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Exactly the capacity fits, one byte more does not; of equally fast choices any will do."""
    case = tied(rng)
    yield from fits_and_is_fastest(s, "of full GPUs", case)
    over: list[list[Chosen]] = [
        [(places, size + 1, seconds) for places, size, seconds in options] for options in case.candidates
    ]
    yield from fits_and_is_fastest(s, "of too full GPUs", Case(over, case.gpus))


@placement.check(weight=2)
def says_when_nothing_fits(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where no choice fits the answer is None, even if all the memory together would do."""
    places: Any = [0, 1]
    options: list[Chosen] = [(places, CAPACITY * 6 // 10, [float(rng.uniform(1, 2))]) for _ in range(2)]
    yield from fits_and_is_fastest(s, "where nothing fits", Case([options, options[:1]], 4))


@placement.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The options are not changed: the same question has the same answers."""
    chosen = [list(option) for option in a_choice(rng, 4, 4)]
    held = s.hold(chosen)
    s.call(MEMORY, held, 4)
    s.call(TIME, held, 4)
    yield identical("the options", held.fetch(), chosen, "the options were changed")
    case = a_case(rng, 0)
    candidates = [[list(option) for option in options] for options in case.candidates]
    held = s.hold(candidates)
    s.call(BEST, held, case.gpus, CAPACITY)
    yield identical("the candidates", held.fetch(), candidates, "the candidates were changed")


add_misconceptions(placement)

"""Judgement of `h100.model_memory`: bytes of weights, gradients and optimizer states on one GPU.

Rajbhandari et al. 2020, section 3. The oracle keeps a ledger of what there is for each parameter and hands the
parameters out like cards: the first of `n` players gets the most.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, raises
from autograder.submission import Submission

from .counted import wholes
from .model_memory_misconceptions import add_misconceptions

model_memory = Judgement(
    "h100.model_memory",
    hints=(
        "Go through a step of training. Which arrays of the size of the model must be there at its end, so that the "
        "next can begin? Which dtype has each?",
        "For one parameter: 2 bytes of weight and 2 of gradient in bfloat16; in float32 the weight itself once more, "
        "the mean and the mean square of Adam, 4 bytes each. That is 2 + 2 + 12.",
        "Tensor and pipeline parallelism cut everything. Write a table with one line for each strategy: among how many "
        "GPUs are weights, gradients and states cut? DDP: 1, 1, 1. ZeRO-1: 1, 1, data.",
        "⌈a / b⌉ in whole numbers is `-(-a // b)`. A division with `/` gives a float, which has only 53 bits. A model "
        "that does not learn is `2 * weights, 0, 0`.",
    ),
)
NAME, STRATEGIES = "model_memory", ("DDP", "ZeRO-1", "ZeRO-2", "ZeRO-3")
PARTS = ("the weights", "the gradients", "the states")
LEDGER = (  # what, which part, bytes, from which stage on it is cut
    ("weight in bfloat16", 0, 2, 3),
    ("gradient in bfloat16", 1, 2, 2),
    ("weight in float32", 2, 4, 1),
    ("mean of the gradients", 2, 4, 1),
    ("mean of their squares", 2, 4, 1),
)


def by_ledger(
    parameters: int, strategy: str, data: int = 1, tensor: int = 1, pipeline: int = 1, learns: bool = True
) -> tuple[int, ...]:
    """The bytes of the GPU that gets a card in each round."""
    found = [0, 0, 0]
    for _, part, size, stage in LEDGER:
        if learns or part == 0:
            mine = len(range(0, parameters, tensor * pipeline))
            if STRATEGIES.index(strategy) >= stage:
                mine = len(range(0, mine, data))
            found[part] += size * mine
    return tuple(found)


def compared(s: Submission, where: str, *args: Any, **more: Any) -> Iterator[Observation]:
    got = s.call(NAME, *args, **more)
    yield from wholes(PARTS, where, got, by_ledger(*args, **more))


@model_memory.check(weight=2)
def counts_sixteen_bytes_a_parameter(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A GPU that trains alone holds 2 bytes of weight, 2 of gradient and 12 of states for each parameter."""
    for strategy in STRATEGIES:
        parameters = int(rng.integers(10**6, 10**9))
        yield from compared(s, f"of {strategy} on one GPU", parameters, strategy)


@model_memory.check(weight=3)
def cuts_what_each_strategy_cuts(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """DDP cuts nothing among `data` GPUs, ZeRO-1 the states, ZeRO-2 also the gradients, ZeRO-3 also the weights."""
    for strategy in STRATEGIES:
        data = int(rng.integers(2, 65))
        parameters = data * int(rng.integers(10**6, 10**7))
        yield from compared(s, f"of {strategy} on several GPUs", parameters, strategy, data)


@model_memory.check(weight=2)
def cuts_the_model_too(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Tensor and pipeline parallelism cut everything, before the strategy cuts what is left."""
    for strategy in STRATEGIES:
        data, tensor, pipeline = (int(n) for n in rng.choice(np.arange(2, 17), 3, replace=False))
        parameters = data * tensor * pipeline * int(rng.integers(10**4, 10**6))
        yield from compared(s, f"of {strategy} with tensor parallelism", parameters, strategy, data=data, tensor=tensor)
        more = {"data": data, "tensor": tensor, "pipeline": pipeline}
        yield from compared(s, f"of {strategy} with tensor and pipeline parallelism", parameters, strategy, **more)


@model_memory.check()
def gives_a_frozen_model_its_weights_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A model that does not learn has neither gradients nor states; ZeRO-3 cuts its weights too."""
    for strategy in STRATEGIES:
        data = int(rng.integers(2, 17))
        parameters = data * int(rng.integers(10**5, 10**6))
        yield from compared(s, f"of a frozen model by {strategy}", parameters, strategy, data, learns=False)


@model_memory.check()
def counts_the_largest_part(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where a number of GPUs does not divide the parameters, the one that holds most is counted, exactly."""
    for strategy in STRATEGIES[1:]:
        data = int(rng.integers(3, 100))
        parameters = data * int(rng.integers(10, 10**5)) + int(rng.integers(1, data))
        yield from compared(s, f"of {strategy} with a rest", parameters, strategy, data)
        tensor, pipeline = int(rng.integers(2, 9)), int(rng.integers(2, 9))
        rest = int(rng.integers(1, tensor * pipeline))
        parameters = tensor * pipeline * data * int(rng.integers(10, 10**4)) + rest
        more = {"data": data, "tensor": tensor, "pipeline": pipeline}
        yield from compared(s, f"of {strategy} with a rest of the parts", parameters, strategy, **more)
    # Above 2⁵³, where floats skip numbers: a half of these lies between two multiples of 8, which floats have.
    yield from compared(s, "of very many parameters", 2**56 + 2 * int(rng.integers(1, 6)) + 1, "ZeRO-3", 2)


@model_memory.check()
def knows_its_strategies(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """For 6.6 · 10⁹ parameters on 8 GPUs they need 105.6, 36.3, 24.75 and 13.2 GB; others are refused."""
    for strategy in STRATEGIES:
        yield from compared(s, f"of {strategy} for 6.6 billion", 6_600_000_000, strategy, 8)
    for other in ("ZeRO-4", "zero"):
        yield raises("another strategy", partial(s.call, NAME, 1000, other, 2), "ValueError")


add_misconceptions(model_memory)

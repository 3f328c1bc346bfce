"""Whether a mutant that no check kills agrees with the reference on inputs that no check has drawn.

An exercise's file in `proof/equivalents/` gives the arguments, and a function `outcome(names, rng)` that draws one
input of its own and returns what the exercise's `names` make of it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import UsageError
from ..exercise import Exercise
from ..kernel import random_state_kept
from ..reference import cells_of, namespace_of
from ..trial import one_torch_thread
from ..worker.executor import seed_generators
from .mutants import Mutant
from .proofs import equivalents

Outcome = Callable[[dict[str, Any], np.random.Generator], Any]


@dataclass(frozen=True)
class Claims:
    """Which mutants are said to be no different, why, and on what inputs that can be seen."""

    arguments: dict[str, str]
    """One line for each mutant, by its name."""
    outcome: Outcome


def claims(exercise: Exercise) -> Claims | None:
    """The exercise's claims, or None where it makes none. Raises UsageError for a file without `outcome`."""
    program = equivalents(exercise)
    if program is None:
        return None
    namespace: dict[str, Any] = {"__name__": exercise.id}
    exec(compile(program.source, f"proof/equivalents/{exercise.id}.py", "exec"), namespace)
    try:
        return Claims(dict(namespace["ARGUMENTS"]), namespace["outcome"])
    except KeyError as error:
        raise UsageError(f"proof/equivalents/{exercise.id}.py does not define {error.args[0]}") from None


def first_difference(exercise: Exercise, mutant: Mutant, outcome: Outcome, inputs: int) -> int | None:
    """The number of the first of `inputs` inputs on which mutant and reference differ; None if they agree on all."""
    sides = [namespace_of(cells_of(exercise)), namespace_of(mutant.cells(exercise))]
    with random_state_kept(), one_torch_thread(), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for number in range(inputs):
            given, got = (_outcome(outcome, names, number) for names in sides)
            if not same(given, got):
                return number
    return None


def same(a: Any, b: Any) -> bool:
    """Whether two outcomes are one: equal types, shapes and dtypes, numbers to rounding, nested as they may be."""
    if isinstance(a, np.ndarray | np.generic) and isinstance(b, np.ndarray | np.generic):
        if a.dtype != b.dtype or a.shape != b.shape:
            return False
        if a.dtype.kind not in "fc":
            return bool(np.array_equal(a, b))
        rounding = 64 * float(np.finfo(a.dtype).eps)
        size = float(np.abs(np.asarray(a)[np.isfinite(a)]).max(initial=0.0))
        return bool(np.allclose(a, b, rtol=rounding, atol=rounding * size, equal_nan=True))
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float):
        return bool(np.isclose(a, b, rtol=1e-12, atol=0.0, equal_nan=True))
    return bool(a == b)


def _outcome(outcome: Outcome, names: dict[str, Any], number: int) -> Any:
    # Seeds that no check uses: those are 63-bit hashes.
    seed_generators(number)
    try:
        return outcome(names, np.random.default_rng([number, 2026]))
    except Exception as error:
        return type(error).__name__

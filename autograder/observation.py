"""Comparisons as data: each returns an `Observation` and prints nothing.

A check yields observations; it stops at the first that fails. `summary` says how far off a value is and is safe to show
for a hidden seed. `detail` shows expected values and is shown for the public seed only. `got` is kept so that a
misconception's observation of the same inputs can be matched against it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .submission import Opaque, Remote, SubmissionRaised

# The unit by which a dtype's rounding is measured. float64 is held to 1e-12, not to its own 2e-16: nobody's
# misconception is that small, and some right solutions pass through a sum in another order many times.
UNIT = {"float64": 1e-12, "float32": 1.2e-7, "float16": 9.8e-4, "bfloat16": 7.9e-3}


@dataclass(frozen=True)
class Observation:
    """One comparison of what the submission gave with what is right."""

    name: str
    passed: bool
    got: Any
    expected: Any
    tolerance: Any
    """Two observations of the same thing match when their `got` differ by no more than this."""
    summary: str = ""
    detail: str = ""

    def matches(self, other: Observation) -> bool:
        """Whether two submissions showed the same behaviour here."""
        if self.name != other.name or self.passed != other.passed:
            return False
        if self.passed:
            return True
        a, b = comparable(self.got), comparable(other.got)
        if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
            if a.shape != b.shape:
                return False
            tolerance = np.asarray(self.tolerance)
            tolerance = tolerance if tolerance.ndim == 0 or tolerance.shape == a.shape else np.max(tolerance)
            with np.errstate(invalid="ignore", over="ignore"):
                near = np.abs(a - b) <= tolerance
            # Where one overflowed and the other happens to be right, as at a weight of 0, nothing speaks against it.
            lost = np.isnan(a) | np.isnan(b)
            right = comparable(self.expected)
            if np.any(np.isnan(a) & np.isnan(b)) and isinstance(right, np.ndarray) and right.shape == a.shape:
                return bool(
                    np.all(near | (a == b) | (lost & (np.isnan(a) | (a == right)) & (np.isnan(b) | (b == right))))
                )
            return bool(np.all(near | (a == b) | (np.isnan(a) & np.isnan(b))))
        return type(a) is type(b) and bool(a == b)


def close(
    name: str,
    got: Any,
    expected: Any,
    *,
    roundings: int = 16,
    magnitude: Any = None,
    precision: Any = None,
) -> Observation:
    """Whether arrays of one shape agree to rounding.

    Each of `roundings` operations may add half a unit of the dtype, relative to `magnitude` (default: the largest
    |expected|; an array where parts differ in scale). We allow four times that. `precision` is the coarsest dtype of
    the inputs, where that is coarser than the dtype returned.
    """
    expected_array = _as_array(expected)
    assert expected_array is not None, "the expected value of a check is an array or a number"
    problem = _shape_problem(name, got, expected_array)
    if problem:
        return Observation(name, False, _brief(got), expected, 0, *problem)
    array = _as_array(got)
    assert array is not None
    # Not of `got`: a wrong result, cast to float16, would choose its own tolerance.
    unit = max(_unit(expected), 0.0 if precision is None else UNIT[_dtype_name(precision)])
    if magnitude is None:
        finite = expected_array[np.isfinite(expected_array)]
        magnitude = np.max(np.abs(finite)) if finite.size else 1.0
    tolerance = np.asarray(2.0 * roundings * unit * np.maximum(np.abs(magnitude), 1e-30))
    with np.errstate(invalid="ignore", over="ignore"):
        error = np.abs(array - expected_array)
        wrong = ~((error <= tolerance) | (array == expected_array) | (np.isnan(array) & np.isnan(expected_array)))
    if not wrong.any():
        return Observation(name, True, array, expected_array, tolerance)
    summary, detail = _mismatch(name, array, expected_array, error, wrong, np.broadcast_to(tolerance, wrong.shape))
    return Observation(name, False, array, expected_array, tolerance, summary, detail)


def same_type(name: str, got: Any, like: Any) -> Observation:
    """Whether `got` is an array of the library, shape and dtype of `like` (a NumPy scalar is a 0-d array)."""
    if _as_array(got) is None or isinstance(got, bool | int | float):
        summary = f"{name} is not {describe(like)}"
        detail = f"{name} is {describe(got)}, not {describe(like)}"
        return Observation(name, False, describe(got), describe(like), 0, summary, detail)
    ok = (type(got), tuple(got.shape), got.dtype) == (type(like), tuple(like.shape), like.dtype)
    text = "" if ok else f"{name} is {describe(got)}, but should be {describe(like)}"
    return Observation(name, ok, describe(got), describe(like), 0, text, text)


def no_coarser(name: str, got: Any, dtype: Any) -> Observation:
    """Whether an array is at least as precise as `dtype`.

    Where a dtype is left open this comes before `close`, which allows an array the rounding of its own dtype: float16
    would buy a wrong answer a tolerance in which it passes.
    """
    ok = _unit(got) <= UNIT[_dtype_name(dtype)]
    text = "" if ok else f"{name} is {describe(got)}, coarser than the inputs' {_dtype_name(dtype)}"
    return Observation(f"the precision of {name}", ok, describe(got), _dtype_name(dtype), 0, text, text)


def identical(name: str, got: Any, expected: Any, problem: str = "") -> Observation:
    """Whether two values are exactly equal: names, counts, booleans, or arrays that must not have changed."""
    a, b = _as_array(got), _as_array(expected)
    if a is not None and b is not None:
        alike = a.shape == b.shape and (a.dtype == bool) == (b.dtype == bool)
        ok = alike and bool(np.array_equal(a, b, equal_nan=a.dtype.kind == "f" and b.dtype.kind == "f"))
    else:
        ok = type(got) is type(expected) and bool(got == expected)
    summary = "" if ok else problem or f"{name} is not what it should be"
    detail = "" if ok else problem or f"{name} is {describe(got)}, but should be {describe(expected)}"
    return Observation(name, ok, got, expected, 0, summary, detail)


def holds(name: str, condition: bool, problem: str) -> Observation:
    """Whether a property holds; `problem` says in one sentence what is wrong where it does not."""
    return Observation(name, bool(condition), bool(condition), True, 0, "" if condition else problem, problem)


def raises(name: str, action: Callable[[], Any], error: str) -> Observation:
    """Whether calling `action` makes the submission raise the built-in exception `error` (or a subclass)."""
    try:
        result = action()
        if isinstance(result, Remote):
            result.submission.settle()
    except SubmissionRaised as caught:
        ok = error in caught.bases
        # The exception's own words may quote hidden inputs.
        summary = "" if ok else f"{name} should raise {error}, but raised another exception"
        detail = "" if ok else f"{name} should raise {error}, but raised {caught}"
        return Observation(name, ok, caught.type, error, 0, summary, detail)
    text = f"{name} should raise {error}, but was accepted"
    return Observation(name, False, "accepted", error, 0, text, f"{text} and gave {describe(result)}")


def frequency(name: str, count: int, trials: int, probability: float, false_alarm: float = 1e-9) -> Observation:
    """Whether `count` of `trials` independent events fits their `probability`.

    A right solution fails with probability at most `false_alarm`, by the Chernoff bound
    P(|count/n − p| ≥ ε) ≤ 2·exp(−n·KL(p̂‖p)) (Hoeffding 1963, theorem 1), which holds for every n.
    """
    observed = count / trials
    bound = math.log(2.0 / false_alarm)
    ok = trials * bernoulli_kl(observed, probability) <= bound
    # The normal width at the same false-alarm rate: how far two right solutions may lie apart.
    width = math.sqrt(2.0 * bound * 0.25 / trials)
    summary = "" if ok else f"{name} is not what it should be: {count} of {trials}"
    detail = f"{summary}, where {probability:.3f} of them are expected (got {observed:.3f})"
    return Observation(name, ok, np.float64(observed), probability, width, summary, "" if ok else detail)


def bernoulli_kl(observed: float, probability: float) -> float:
    """KL(Bernoulli(observed) ‖ Bernoulli(probability)) in nats."""

    def term(a: float, b: float) -> float:
        if a == 0.0:
            return 0.0
        return math.inf if b == 0.0 else a * math.log(a / b)

    return term(observed, probability) + term(1.0 - observed, 1.0 - probability)


def describe(value: Any) -> str:
    """What a value is, in a few words."""
    if value is None:
        return "None"
    if isinstance(value, Opaque):
        return f"an object of type {value.type_name}"
    if isinstance(value, bool | int | float | str):
        return f"{type(value).__name__} {value!r}"[:80]
    if isinstance(value, dict):
        return f"a dict with the keys {', '.join(sorted(value))}"[:200] if value else "an empty dict"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if not hasattr(value, "dtype"):
        return "an object"
    library = "NumPy array" if isinstance(value, np.ndarray) else "torch tensor"
    return f"a {library} of shape {tuple(value.shape)} and dtype {_dtype_name(value.dtype)}"


def _as_array(value: Any) -> np.ndarray | None:
    """A float64 (or integer, bool) array for comparing, or None for what is no array or number."""
    if isinstance(value, np.ndarray):
        return value.astype(np.float64) if value.dtype.kind == "f" else value
    if isinstance(value, np.generic | bool | int | float):
        return np.asarray(value)
    if hasattr(value, "detach"):  # a torch tensor
        return np.asarray(value.detach().double().numpy())
    return None


def comparable(value: Any) -> Any:
    """A float64 (or complex) array for an array or a number, anything else as it is."""
    array = _as_array(value)
    if array is None:
        return value
    return array.astype(np.float64) if array.dtype.kind in "fiub" else array


def _shape_problem(name: str, got: Any, expected: np.ndarray) -> tuple[str, str] | None:
    """The summary and the detail of a value that is no array of the shape; a text may hold hidden inputs."""
    array = _as_array(got)
    if array is None:
        head = f"{name} is not an array of shape {expected.shape}"
        return head, f"{name} is {describe(got)}, not an array of shape {expected.shape}"
    text = f"{name} has shape {array.shape}, but should have shape {expected.shape}"
    if array.shape == expected.shape:
        if array.dtype.kind in "fiubc":
            return None
        text = f"{name} has dtype {array.dtype}, which cannot be compared with numbers"
    return text, text


def _mismatch(
    name: str, got: np.ndarray, expected: np.ndarray, error: np.ndarray, wrong: np.ndarray, tolerance: np.ndarray
) -> tuple[str, str]:
    """How many elements are wrong, the worst of them and where."""
    bad_nan = np.isnan(got) & ~np.isnan(expected)
    score = np.where(wrong, np.where(np.isnan(error), np.inf, error), -1.0)
    worst = np.unravel_index(int(np.argmax(score)), got.shape) if got.ndim else ()
    index = f"[{', '.join(str(int(i)) for i in worst)}]" if worst else ""
    if bad_nan.any():
        head = f"{name} has {int(bad_nan.sum())} NaN of {got.size} elements, the first at {_first(bad_nan)}"
        return head, head
    count = f"{int(wrong.sum())} of {got.size} elements are" if got.size > 1 else "the value is"
    summary = f"{name}: {count} wrong, by up to {float(error[worst]):.3g} (allowed {float(tolerance[worst]):.1g})"
    if index:
        summary += f" at {index}"
    detail = f"{summary}; there got {got[worst]:.6g}, expected {expected[worst]:.6g}"
    return summary, detail


def _first(where: np.ndarray) -> str:
    index = np.argwhere(where)[0]
    return f"[{', '.join(str(int(i)) for i in index)}]" if index.size else "the value itself"


def _unit(value: Any) -> float:
    dtype = getattr(value, "dtype", None)
    return UNIT.get(_dtype_name(dtype), UNIT["float64"]) if dtype is not None else UNIT["float64"]


def _dtype_name(dtype: Any) -> str:
    text = str(dtype) if not isinstance(dtype, type) else np.dtype(dtype).name
    return text.removeprefix("torch.")


def _brief(value: Any) -> Any:
    array = _as_array(value)
    return describe(value) if array is None else array

"""The laws that a dropout's mask and scale obey, as observations.

`dropped` is a boolean array, True where an element was dropped. Under the right law its elements are independent and
True with probability `rate`; every test below has a false-alarm rate of at most 1e-9 for such a mask, whatever drew it.

Structure is looked for before numbers: a mask shared along an axis, a count that never varies, a scale fitted to the
batch. Such a fault then shows itself in one and the same way at every draw, so that it can be named.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from autograder.observation import Observation, bernoulli_kl, close, frequency, holds, identical

Draw = Callable[[Sequence[np.ndarray]], list[np.ndarray]]
"""Runs the submission once on each input and says which elements were dropped."""

ROUNDING = {"float16": 8e-3, "float32": 1e-6, "float64": 1e-11}
"""By how much, relatively, ratios of elements that were multiplied by one number may differ."""

SHAPES = ((3000,), (40, 50), (10, 12, 30), (4, 6, 8, 12))
"""Shapes of every common rank: a mask may be shared along an axis for inputs of one rank only."""

RANK_3_OF_60 = [shape for shape in itertools.product(range(1, 61), repeat=3) if math.prod(shape) == 60]


def some_rates(rng: np.random.Generator) -> list[tuple[str, float]]:
    """Names and rates: the usual ones, one at random, and one near 1."""
    usual = [(f"rate {rate}", rate) for rate in (0.3, 0.5, 0.7)]
    return [*usual, ("a random rate", float(rng.uniform(0.1, 0.9))), ("a rate near 1", float(rng.uniform(0.92, 0.95)))]


def values(rng: np.random.Generator, *shape: int, dtype: type = np.float64) -> np.ndarray:
    """Positive and negative numbers of magnitude 0.01 to 100: never zero, so that a zero in the output was dropped."""
    signs = rng.choice([-1.0, 1.0], size=shape)
    return np.asarray(signs * 10.0 ** rng.uniform(-2.0, 2.0, size=shape)).astype(dtype)


def rate_is(where: str, dropped: np.ndarray, rate: float) -> Observation:
    """Whether elements are dropped with probability `rate`."""
    return frequency(f"the share of elements dropped {where}", int(dropped.sum()), dropped.size, rate)


def nothing_changes(where: str, x: np.ndarray, y: np.ndarray) -> Iterator[Observation]:
    """Whether the output equals the input, where nothing may be dropped or scaled."""
    yield same_shape(x, y)
    yield rate_is(where, np.asarray(y == 0), 0.0)
    yield close(f"the output {where}", y, x)


def independent(draw: Draw, rng: np.random.Generator, rate: float, *shapes: tuple[int, ...]) -> Iterator[Observation]:
    """Whether elements of one call are dropped independently, for inputs of every shape."""
    inputs = [values(rng, *shape) for shape in shapes]
    for x, dropped in zip(inputs, draw(inputs), strict=True):
        yield from independent_elements(x, dropped, rate)


def independent_elements(x: np.ndarray, dropped: np.ndarray, rate: float) -> Iterator[Observation]:
    """Whether elements are dropped independently: along every axis, and whatever their values."""
    yield from unshared(dropped)
    for axis in range(dropped.ndim):
        along = np.moveaxis(dropped, axis, 0)
        pairs = along[: len(along) // 2 * 2].reshape(-1, 2, *along.shape[1:])
        both = pairs[:, 0] & pairs[:, 1]
        yield frequency(
            f"the share of neighbours along axis {axis} dropped together", int(both.sum()), both.size, rate**2
        )
        if dropped.ndim > 1:
            yield typical_counts(f"lines along axis {axis}", dropped.sum(axis=axis), dropped.shape[axis], rate)
    first, second = np.split(dropped.ravel()[: dropped.size // 2 * 2], 2)
    yield frequency("the share dropped together in the two halves", int((first & second).sum()), first.size, rate**2)
    small = np.abs(x) < 1.0
    for name, group in (("small", small), ("large", ~small), ("negative", x < 0), ("positive", x > 0)):
        yield rate_is(f"among {name} values", dropped[group], rate)


def unshared(dropped: np.ndarray) -> Iterator[Observation]:
    """Whether the mask differs along every axis."""
    for axis in range(dropped.ndim):
        shared = dropped.shape[axis] > 1 and bool(np.all(dropped == dropped.take([0], axis=axis)))
        yield holds(f"sharing along axis {axis}", not shared, f"the same elements are dropped all along axis {axis}")


def counts_vary(draw: Draw, rng: np.random.Generator, rate: float) -> Iterator[Observation]:
    """Whether the number dropped of 60 elements varies from call to call as independent draws do.

    The calls differ in shape, so that a layer which wrongly keeps one mask for each shape is not blamed here as well.
    """
    shapes = [RANK_3_OF_60[index] for index in rng.permutation(len(RANK_3_OF_60))[:24]]
    counts = np.array([dropped.sum() for dropped in draw([values(rng, *shape) for shape in shapes])])
    constant = "the same number of elements is dropped in every call"
    yield holds("the number of dropped elements of one call", np.ptp(counts) > 0, constant)
    yield typical_counts("calls with 60 elements", counts, 60, rate)


def typical_counts(name: str, counts: np.ndarray, size: int, rate: float) -> Observation:
    """Whether counts fall within half a standard deviation of size · rate as often as binomial ones do.

    Counts that hardly vary fall there always; counts of masks that are shared, never.
    """
    half = max(0.5, 0.5 * math.sqrt(size * rate * (1.0 - rate)))
    inside = [count for count in range(size + 1) if abs(count - size * rate) <= half]
    probability = sum(math.comb(size, count) * rate**count * (1.0 - rate) ** (size - count) for count in inside)
    return frequency(
        f"the share of {name} with a typical number of drops",
        int(np.isin(counts, inside).sum()),
        counts.size,
        probability,
    )


def anew(masks: Sequence[np.ndarray], rate: float, where: str = "calls") -> Iterator[Observation]:
    """Whether draws are independent: any two agree on an element with probability p² + keep²; the worst two count."""
    mixed = all(0 < mask.sum() < mask.size for mask in masks)
    yield holds(f"{where} that drop some elements and keep others", mixed, "a call drops all elements or none")
    expected = rate**2 + (1.0 - rate) ** 2
    pairs = list(itertools.combinations(masks, 2))
    counts = [int((one == other).sum()) for one, other in pairs]
    worst = max(counts, key=lambda count: bernoulli_kl(count / masks[0].size, expected))
    name = f"the share of elements on which two {where} agree"
    yield frequency(name, worst, masks[0].size, expected, false_alarm=1e-9 / len(pairs))


def one_scale(where: str, runs: Sequence[tuple[np.ndarray, np.ndarray]], scale: float) -> Iterator[Observation]:
    """Whether the survivors of `runs`, pairs of input and output, are all multiplied by one number, the right one."""
    for x, y in runs:
        yield same_shape(x, y)
    source = what_sets_the_scale(runs)
    problem = f"survivors {where} are not all multiplied by the same number: it depends on {source}"
    yield identical(f"what the scale depends on {where}", source, "the rate alone", problem)
    dtype = min((x.dtype for x, _ in runs), key=lambda dtype: dtype.itemsize)
    # A scale kept in float32 is right to rounding, whatever the dtype of x.
    precision = dtype if dtype.itemsize < 4 else np.float32
    seen = float(np.median(np.concatenate([ratios(x, y) for x, y in runs])))
    yield close(f"the scale of survivors {where}", seen, scale, roundings=4, precision=precision)


def what_sets_the_scale(runs: Sequence[tuple[np.ndarray, np.ndarray]]) -> str:
    """What the ratio of output to input depends on, in words."""
    seen = [ratios(x, y) for x, y in runs if np.any(y != 0)]
    if not seen:
        return "nothing: every element is dropped"
    if not all(np.isfinite(ratio).all() for ratio in seen):
        return "something that is not finite"
    unit = max(ROUNDING[x.dtype.name] for x, _ in runs)
    spread = [float(np.ptp(ratio)) for ratio in [*seen, np.concatenate(seen)]]
    allowed = unit * float(np.max(np.abs(np.concatenate(seen))))
    if spread[-1] <= allowed:
        return "the rate alone"
    large = [(x.astype(np.float64), y.astype(np.float64)) for x, y in runs if x.size >= 10]
    for statistic in (np.mean, np.std, lambda z: np.mean(z**2)):
        if large and all(abs(statistic(y) - statistic(x)) <= 2.0 * unit * np.mean(np.abs(x) + x**2) for x, y in large):
            return "the statistics of the batch"
    return "the element" if max(spread[:-1]) > allowed else "the call"


def ratios(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """y / x where y is not 0."""
    kept = np.asarray(y != 0)
    return np.asarray(y)[kept].astype(np.float64) / x[kept].astype(np.float64)


def same_shape(x: np.ndarray, y: object) -> Observation:
    """Whether the output is an array of the input's shape (a NumPy scalar arrives as one of shape ())."""
    ok = isinstance(y, np.ndarray) and y.shape == x.shape
    return holds("the shape of the output", ok, "the output is not an array of the shape of the input")

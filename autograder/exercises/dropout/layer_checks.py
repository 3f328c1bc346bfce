"""The checks of a dropout layer, whatever its scale.

Symbols: x input, y output of the same shape; keep = 1 − rate; a survivor is an element that was not dropped, and
y = scale · x there. A check about something else runs at rate 0.5, at which a rate read as keep does not show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, holds, raises, same_type
from autograder.submission import Remote, Submission

from .law import (
    SHAPES,
    anew,
    counts_vary,
    independent,
    nothing_changes,
    one_scale,
    rate_is,
    some_rates,
    values,
    what_sets_the_scale,
)

DTYPES = (np.float64, np.float32, np.float16)


def judge_layer(layer: Judgement, name: str, scale: Callable[[float], float]) -> None:
    """Register the checks of a layer class `name` whose survivors are multiplied by `scale(rate)`."""

    @layer.check(weight=7)
    def scales_survivors(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """Survivors are multiplied by one number, which depends on the rate alone and keeps the stated moment."""
        for where, rate in some_rates(rng):
            unit = s.build(name, rate)
            inputs = [values(rng, 200) for _ in range(3)]
            yield from one_scale(f"at {where}", pairs(unit, inputs), scale(rate))

    @layer.check()
    def scales_every_input_alike(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """The scale is the same for every float dtype, for large and small numbers, for one element and many."""
        unit = s.build(name, 0.2)
        for dtype, factor in ((np.float64, 1e-9), (np.float64, 1e9), (np.float32, 1.0), (np.float16, 1.0)):
            inputs = [(values(rng, 70) * factor).astype(dtype) for _ in range(3)]
            where = f"of {dtype.__name__} inputs about {factor:g}"
            yield from one_scale(where, pairs(unit, inputs), scale(0.2))
        mixed = [np.asfortranarray(values(rng, 9, 10)), values(rng, 9, 20)[:, ::2], values(rng, 9, 20)[:, ::-2]]
        yield from one_scale("of inputs of any memory layout", pairs(unit, mixed), scale(0.2))
        # Each shape is another one, so that a layer which wrongly keeps a mask for each shape passes here.
        few = [values(rng, *((1,) * rank), *last) for rank in range(7) for last in ((), (2,))]
        yield from one_scale("of inputs with one or two elements", pairs(unit, few), scale(0.2))

    @layer.check(weight=2)
    def drops_at_the_rate(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """An element is dropped with probability dropout_rate, which is 0.5 by default."""
        rates = [*some_rates(rng), ("a rate near 0", float(rng.uniform(0.003, 0.004)))]
        layers = [(f"at {where}", rate, s.build(name, dropout_rate=rate)) for where, rate in rates]
        for where, rate, unit in [*layers, ("by default", 0.5, s.build(name))]:
            x = rng.uniform(0.5, 1.5, 10_000).astype(DTYPES[int(rng.integers(3))])
            yield rate_is(where, unit(x) == 0, rate)

    @layer.check(weight=2)
    def drops_independently(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """Elements are dropped independently of each other and of their values."""
        unit = s.build(name, 0.5)
        yield from independent(partial(drops, unit), rng, 0.5, *SHAPES)
        yield from counts_vary(partial(drops, unit), rng, 0.5)

    @layer.check()
    def draws_a_new_mask_for_each_call(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """Each call draws a new mask, even for the same array, and works on the values it is given."""
        unit = s.build(name, 0.5)
        x = values(rng, 400)
        yield from anew(drops(unit, [x] * 12), 0.5)
        held, other = s.hold(x), values(rng, 400)
        before = unit(held) == 0
        held.assign(other)
        y = unit(held)
        yield from anew([before, y == 0], 0.5, "calls with one array")
        followed = what_sets_the_scale([(other, y)]) == "the rate alone"
        yield holds("the values given", followed, "the output is no multiple of what the array holds at the call")

    @layer.check()
    def keeps_shape_and_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """The output has the shape and dtype of the input, in both modes, whatever the input's memory layout."""
        unit = s.build(name, 0.3)
        inputs = [values(rng, 2, 3, 4, dtype=dtype) for dtype in DTYPES]
        inputs += [values(rng, *shape, dtype=np.float32) for shape in ((), (1,), (0, 3), (7,))]
        inputs += [np.asfortranarray(inputs[0]), values(rng, 5, 8)[:, ::2]]
        for mode in ("eval", "train"):
            unit.tell(mode)
            for x, y in pairs(unit, inputs):
                yield same_type(f"the output in {mode} mode for {x.dtype} of shape {x.shape}", y, x)

    @layer.check()
    def changes_nothing_in_evaluation(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """After eval() the output equals the input; train() switches back; a new layer is in training mode."""
        unit = s.build(name, 0.5)
        vector, matrix = values(rng, 1000), np.asfortranarray(values(rng, 6, 7, dtype=np.float32))
        yield rate_is("by a new layer", unit(vector) == 0, 0.5)
        for mode in ("eval", "eval", "train", "train", "eval", "train"):
            unit.tell(mode)
            if mode == "eval":
                for x, y in pairs(unit, (vector, matrix)):
                    yield from nothing_changes("in evaluation mode", x, y)
            else:
                yield rate_is("after train()", unit(vector) == 0, 0.5)

    @layer.check()
    def changes_nothing_at_rate_zero(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """At rate 0 the output equals the input in training mode too."""
        unit = s.build(name, 0.0)
        for x, y in pairs(unit, [values(rng, *shape) for shape in ((5_000,), (1,), (3, 4, 5))]):
            yield from nothing_changes("at rate 0", x, y)

    @layer.check()
    def returns_a_new_array(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """The output shares no memory with the input, in either mode and at rate 0, nor with the next output."""
        for where, rate, mode in (
            ("in training", 0.5, "train"),
            ("in evaluation", 0.5, "eval"),
            ("at rate 0", 0.0, "train"),
        ):
            unit = s.build(name, rate)
            unit.tell(mode)
            x, others = s.hold(values(rng, 8)), [values(rng, 8), values(rng, 8)]
            y = unit.build("", x)
            before = y.fetch()
            x.assign(others[0])
            same = np.array_equal(y.fetch(), before, equal_nan=True)
            yield holds(f"the output {where}", same, f"{where}, the output changes when the input is overwritten")
            unit.tell("", others[1])
            same = np.array_equal(y.fetch(), before, equal_nan=True)
            yield holds(f"the last output {where}", same, f"{where}, the output changes at the next call")
            unit.tell("train")

    @layer.check()
    def leaves_its_input_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """The input is not changed, in either mode."""
        unit = s.build(name, 0.5)
        for mode in ("eval", "train"):
            unit.tell(mode)
            for dtype in (np.float64, np.float32):
                x = values(rng, 8, 8, dtype=dtype)
                held = s.hold(x)
                unit.tell("", held)
                unchanged = np.array_equal(held.fetch(), x)
                yield holds(f"the input in {mode} mode", unchanged, f"the layer changes its input in {mode} mode")

    @layer.check()
    def refuses_rates_out_of_range(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """A rate below 0, and a rate of 1 or more, raise ValueError when the layer is built."""
        for rate in (1.5, -0.25, 7.0, 1.0):
            yield raises(f"a dropout_rate of {rate}", partial(s.build, name, rate), "ValueError")

    @layer.check()
    def keeps_layers_apart(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """Layers share neither their rate, nor their mode, nor their masks."""
        x = values(rng, 1000)
        first = s.build(name, 0.5)
        s.build(name, 0.0)
        yield rate_is("after another layer was built with rate 0", first(x) == 0, 0.5)
        second = s.build(name, 0.5)
        second.tell("eval")
        dropped = first(x) == 0
        # Back before the check may end, so that a mode which belongs to the class is not carried into the next one.
        second.tell("train")
        yield rate_is("while another layer is in evaluation mode", dropped, 0.5)
        yield from anew([s.build(name, 0.5)(x) == 0 for _ in range(3)], 0.5, "new layers")


def pairs(unit: Remote, inputs: Sequence[np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Each input with its output."""
    return list(zip(inputs, unit.each(inputs), strict=True))


def drops(unit: Remote, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Which elements the layer drops of each input."""
    return [np.asarray(y == 0) for y in unit.each(inputs)]

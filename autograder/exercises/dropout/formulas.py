"""Judgement of the exercises without chance: `dropout.moments`, `dropout.backward` and `dropout.depth`.

Symbols: y = scale · mask · x with mask ~ Bernoulli(keep), keep = 1 − rate. The moments are compared with an enumeration
of all outcomes for a distribution of two points, which has no formula in common with the solution.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, same_type
from autograder.submission import Submission

from .law import values

moments = Judgement(
    "dropout.moments",
    hints=(
        "Start from E[y] = E[scale · mask · x], and remember that mask and x are independent.",
        "mask takes the values 0 and 1. So what is mask², and what is E[mask²]?",
        "Var(y) = E[y²] − E[y]², and likewise E[x²] = variance + mean².",
        "E[y²] = keep · scale² · (variance + mean²). What is still to be subtracted?",
    ),
)


def enumerated(mean: np.ndarray, variance: np.ndarray, rate: float, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Exact mean and variance of y where x is mean ± √variance with probability ½ each."""
    sigma = np.sqrt(variance)
    outcomes = np.stack([np.zeros_like(mean), scale * (mean + sigma), scale * (mean - sigma)])
    chances = np.array([rate, 0.5 * (1.0 - rate), 0.5 * (1.0 - rate)]).reshape(3, *([1] * mean.ndim))
    mean_y = (chances * outcomes).sum(axis=0)
    return mean_y, (chances * (outcomes - mean_y) ** 2).sum(axis=0)


def compared(where: str, got: Any, mean: Any, variance: Any, rate: float, scale: float) -> Iterator[Observation]:
    """The pair that the submission gave, beside the enumeration."""
    pair = isinstance(got, list | np.ndarray) and len(got) == 2
    yield holds("the result", pair, "the result is not a pair: the mean and the variance")
    mean, variance = np.broadcast_arrays(np.asarray(mean, dtype=float), np.asarray(variance, dtype=float))
    mean_y, variance_y = enumerated(mean, variance, rate, scale)
    # Var(y) is a difference of two numbers of this size.
    size = scale**2 * (variance + mean**2)
    yield close(f"the mean {where}", got[0], mean_y, magnitude=abs(scale) * (np.abs(mean) + np.sqrt(variance)))
    yield close(f"the variance {where}", got[1], variance_y, magnitude=size)


def moments_drawn(rng: np.random.Generator) -> tuple[float, float, float, float]:
    """mean, variance, rate and scale, of ordinary size."""
    mean = float(rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 3.0))
    return mean, float(rng.uniform(0.3, 4.0)), float(rng.uniform(0.1, 0.45)), float(rng.uniform(1.2, 3.0))


@moments.check(weight=6)
def agrees_with_enumeration(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Mean and variance are exact for any mean, variance, rate and scale."""
    for _ in range(10):
        drawn = moments_drawn(rng)
        yield from compared("of y", s.call("dropout_moments", *drawn), *drawn)


@moments.check()
def agrees_for_known_scales(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The scales 1/keep, 1/√keep and 1 give the known moments, for zero-mean inputs too, and for a constant input."""
    mean, variance, rate, _ = moments_drawn(rng)
    for mu, sigma2 in ((0.0, variance), (mean, variance), (mean, 0.0)):
        for name, scale in (("1/keep", 1.0 / (1.0 - rate)), ("1/√keep", (1.0 - rate) ** -0.5), ("1", 1.0)):
            got = s.call("dropout_moments", mu, sigma2, rate, scale)
            yield from compared(f"at scale {name}", got, mu, sigma2, rate, scale)


@moments.check()
def changes_nothing_at_rate_zero(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """At rate 0 the moments are those of scale · x."""
    mean, variance, _, scale = moments_drawn(rng)
    for factor in (1.0, scale):
        got = s.call("dropout_moments", mean, variance, 0.0, factor)
        yield from compared("at rate 0", got, mean, variance, 0.0, factor)


@moments.check()
def takes_an_array_of_means(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """An array of means, with one variance or as many, gives arrays."""
    _, variance, rate, scale = moments_drawn(rng)
    means = rng.uniform(-3.0, 3.0, size=7)
    for variances in (variance, rng.uniform(0.3, 4.0, size=7)):
        got = s.call("dropout_moments", means, variances, rate, scale)
        yield from compared("of y", got, means, variances, rate, scale)


@moments.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Arrays of means and variances are not changed."""
    arrays = rng.uniform(-3.0, 3.0, size=7), rng.uniform(0.3, 4.0, size=7)
    held = [s.hold(array) for array in arrays]
    s.build("dropout_moments", *held, 0.3, 1.5)
    for name, remote, array in zip(("means", "variances"), held, arrays, strict=True):
        yield holds(f"the {name}", np.array_equal(remote.fetch(), array), f"the array of {name} is changed")


SECOND = "keep * scale**2 * (variance + mean**2)"

moments.misconception(
    "forgets_the_mean_of_x",
    edit=(
        f"{SECOND}\n    return mean_y, second_moment_y - mean_y**2",
        "keep * scale**2 * variance\n    return mean_y, second_moment_y",
    ),
    message="Var(y) is given as keep·scale²·Var(x), which holds for zero-mean inputs only.",
    question="Take x = 1 always. Does y vary?",
)
moments.misconception(
    "second_moment_for_variance",
    edit=("second_moment_y - mean_y**2", "second_moment_y"),
    message="E[y²] is returned as the variance: the square of the mean was not subtracted.",
    question="For which inputs are E[y²] and Var(y) the same?",
)
moments.misconception(
    "mask_as_a_constant",
    edit=("keep * scale**2", "(keep * scale) ** 2"),
    message="The mask is treated as the constant keep: E[mask²] is not keep² but keep, since mask² = mask.",
    question="What values can mask² take, and with which probabilities? And does y vary when x = 1 always?",
)
moments.misconception(
    "variance_of_x_for_second_moment",
    edit=("(variance + mean**2)", "variance"),
    message="E[x²] is replaced by Var(x): E[x²] is the variance plus the square of the mean.",
    question="What is E[x²] of a constant x = 2?",
)
moments.misconception(
    "scale_not_squared",
    edit=("scale**2", "scale"),
    message="The scale is not squared in the second moment.",
    question="By how much does the variance of a variable grow when the variable is doubled?",
)
moments.misconception(
    "rate_read_as_keep",
    edit=("1.0 - dropout_rate", "dropout_rate"),
    message="dropout_rate is read as the probability of keeping an element.",
    question="What should the mean of y be at rate 0 and scale 1?",
)
moments.misconception(
    "works_in_place",
    edit=(
        "(variance + mean**2)",
        "np.add(variance, mean**2, out=variance if isinstance(variance, np.ndarray) else None)",
    ),
    message="The sum is computed in place: the caller's array of variances is changed.",
    question="What is the difference between `v = v + m**2` and `v += m**2` for the caller?",
)
moments.misconception(
    "mean_without_scale",
    edit=("keep * scale * mean", "keep * mean"),
    message="The scale is missing from the mean of y.",
    question="What does inverted dropout do to the mean, and where in your formula does its scale appear?",
)


backward = Judgement(
    "dropout.backward",
    hints=(
        "Write y as a sum over nothing: yᵢ = scale · maskᵢ · xᵢ. Which inputs does yᵢ depend on?",
        "∂yᵢ/∂xᵢ is a constant once the mask is drawn. Which one?",
        "Where the forward pass gave 0, no change of x changes the loss; elsewhere y moves by scale per unit of x.",
    ),
)


def repeated(s: Submission, grad: np.ndarray, mask: np.ndarray, scale: float) -> Generator[Observation, None, Any]:
    """The gradient, after a look at whether a second call gives the same one."""
    got, again = (s.call("dropout_backward", grad, mask, scale) for _ in range(2))
    same = not isinstance(got, np.ndarray) or np.array_equal(got, again, equal_nan=True)
    yield holds(
        "the gradient of a second call", same, "two backward passes of one forward pass give different gradients"
    )
    return got


@backward.check(weight=5)
def agrees_with_the_chain_rule(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The gradient is scale · mask · grad_output, for masks of every density and shapes of every rank."""
    for shape, keep in (((6, 7), 0.5), ((20,), 0.3), ((2, 3, 4), 0.8), ((), 0.5), ((0, 3), 0.5), ((5, 1), 0.5)):
        grad, mask = values(rng, *shape), np.asarray(rng.random(shape) < keep)
        scale = float(rng.uniform(1.1, 3.0))
        got = yield from repeated(s, grad, mask, scale)
        yield close(f"the gradient of shape {shape}", got, scale * grad * mask)


@backward.check()
def is_adjoint_to_the_forward_pass(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """For any direction dx, ⟨grad_input, dx⟩ is the change of the loss, ⟨grad_output, forward(dx)⟩."""
    for rate in (0.0, 0.3, 0.7):
        mask, scale = rng.random((8, 9)) < 1.0 - rate, float((1.0 - rate) ** -0.5)
        grad, direction = rng.standard_normal((8, 9)), rng.standard_normal((8, 9))
        change = float(np.sum(grad * np.where(mask, scale * direction, 0.0)))
        got = yield from repeated(s, grad, mask, scale)
        yield same_type("the gradient", got, grad)
        size = float(np.sum(np.abs(grad * direction))) * scale
        yield close("the change of the loss", float(np.sum(got * direction)), change, magnitude=size)


@backward.check()
def keeps_the_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The gradient has the dtype of grad_output, whatever its memory layout."""
    for dtype in (np.float64, np.float32, np.float16):
        grad, mask = values(rng, 6, 8, dtype=dtype), rng.random((6, 8)) < 0.5
        for g, m in ((grad, mask), (grad[:, ::2], mask[:, ::2]), (np.asfortranarray(grad), mask)):
            got = yield from repeated(s, g, m, 1.25)
            yield same_type(f"the gradient of {grad.dtype}", got, g)
            expected = g.astype(np.float64) * m * 1.25
            yield close(f"the gradient of {grad.dtype}", got, expected, roundings=4, precision=dtype)


@backward.check()
def returns_a_new_array(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """grad_output and mask are not changed, and the gradient shares no memory with grad_output."""
    for keep, scale in ((0.5, 2.0), (1.0, 1.0)):
        grad, mask = values(rng, 6, 8), rng.random((6, 8)) < keep
        held = s.hold(grad), s.hold(mask)
        y = s.build("dropout_backward", *held, scale)
        before = y.fetch()
        yield holds("grad_output", np.array_equal(held[0].fetch(), grad), "grad_output is changed")
        yield holds("the mask", np.array_equal(held[1].fetch(), mask), "the mask is changed")
        held[0].assign(values(rng, 6, 8))
        apart = np.array_equal(y.fetch(), before, equal_nan=True)
        yield holds("the gradient", apart, "the gradient changes when grad_output is overwritten")


backward.misconception(
    "scale_forgotten",
    edit=("grad_output * mask * scale", "grad_output * mask"),
    message="The scale of the forward pass is missing from the gradient.",
    question="By how much does y change when a surviving x grows by 1?",
)
backward.misconception(
    "mask_forgotten",
    edit=("grad_output * mask * scale", "grad_output * scale"),
    message="The gradient flows into elements that were dropped.",
    question="What happens to the loss when you change an x whose y is 0 whatever x is?",
)
backward.misconception(
    "gradient_passes_unchanged",
    edit=("grad_output * mask * scale", "grad_output"),
    message="The gradient is passed on as it is, as if there were no dropout.",
    question="Is the derivative of y with respect to x the same where x was dropped and where it survived?",
)
backward.misconception(
    "divides_by_the_scale",
    edit=("mask * scale", "mask / scale"),
    message="The gradient is divided by the scale, as if the backward pass undid the forward pass.",
    question="If y = 2x, is dy/dx equal to 2 or to ½?",
)
backward.misconception(
    "scale_applied_twice",
    edit=("mask * scale", "mask * scale**2"),
    message="The scale is applied twice.",
    question="grad_output is the derivative with respect to y. Does it still need a factor for y itself?",
)
backward.misconception(
    "mask_the_wrong_way_round",
    edit=("grad_output * mask", "grad_output * ~mask"),
    message="The gradient flows into the dropped elements and not into the kept ones.",
    question="What does True mean in the mask?",
)
backward.misconception(
    "draws_a_new_mask",
    edit=("grad_output * mask", "grad_output * (np.random.random(mask.shape) < np.mean(mask))"),
    message="A new mask is drawn for the backward pass, so the gradient belongs to another forward pass.",
    question="Which elements did the output depend on: those of this mask, or those of another draw?",
)
backward.misconception(
    "works_in_place",
    edit=(
        "return (grad_output * mask * scale).astype(grad_output.dtype)",
        "grad_output *= mask * scale\n    return grad_output",
    ),
    message="The gradient is computed in place: the caller's grad_output is changed.",
    question="Who else may still need grad_output?",
)
backward.misconception(
    "upcasts",
    edit=("(grad_output * mask * scale).astype(grad_output.dtype)", "grad_output * (mask * np.float64(scale))"),
    message="The gradient is float64 whatever the dtype of grad_output.",
    question="Which dtype has a float32 array times a float64 array?",
)


depth = Judgement(
    "dropout.depth",
    hints=(
        "Look at one layer only: what does it do to E[h²], before and after the dropout?",
        "With He's initialisation the ReLU layer itself keeps E[h²], so one factor for each layer remains.",
        "A dropped element has square 0; a survivor's square is scale² times as large. Take the mean of the two.",
        "The factor is keep · scale². The result is its powers 0, 1, …, depth.",
    ),
)


@depth.check(weight=3)
def is_the_powers_of_one_factor(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """After n layers the second moment is (keep · scale²)ⁿ, from n = 0 to depth."""
    for _ in range(5):
        layers, rate, scale = int(rng.integers(2, 12)), float(rng.uniform(0.1, 0.45)), float(rng.uniform(1.2, 2.0))
        # One factor after another, from 1.
        expected = np.multiply.accumulate([1.0, *[(1.0 - rate) * scale * scale] * layers])
        got = s.call("second_moment_through_depth", layers, rate, scale)
        yield close("the second moments", got, expected, magnitude=expected)


@depth.check()
def knows_the_three_scales(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Deep down the scale 1/keep explodes, 1 dies out, and 1/√keep stays flat; rate 0 changes nothing."""
    keep = float(rng.uniform(0.6, 0.9))
    powers = np.arange(31)
    cases = (
        ("1/keep", keep, keep**-1.0, keep**-powers),
        ("1/√keep", keep, keep**-0.5, np.ones(31)),
        ("1", keep, 1.0, keep**powers),
    )
    for name, kept, scale, expected in (*cases, ("1 without dropout", 1.0, 1.0, np.ones(31))):
        got = s.call("second_moment_through_depth", 30, 1.0 - kept, scale)
        yield close(f"the second moments at scale {name}", got, expected, roundings=64, magnitude=expected)


@depth.check()
def starts_at_one(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The result is float64 of shape (depth + 1,) and starts with 1; depth 0 gives [1]."""
    for layers in (0, 1, 6):
        got = s.call("second_moment_through_depth", layers, 0.3, 1.3)
        yield same_type(f"the result for depth {layers}", got, np.zeros(layers + 1))
        yield close("the first second moment", got[0], 1.0)


FACTOR = "(1.0 - dropout_rate) * scale**2"

depth.misconception(
    "scale_not_squared",
    edit=("scale**2", "scale"),
    message="Each layer multiplies by keep·scale: that is what happens to the mean, not to the second moment.",
    question="By how much does a square grow when the number grows by the factor `scale`?",
)
depth.misconception(
    "dropped_elements_forgotten",
    edit=(FACTOR, "scale**2"),
    message="Each layer multiplies by scale²: the elements that become 0 are forgotten.",
    question="What share of the elements contributes to E[h²] after the dropout?",
)
depth.misconception(
    "squares_the_keep_probability",
    edit=(FACTOR, "((1.0 - dropout_rate) * scale) ** 2"),
    message="Each layer multiplies by (keep·scale)²; but E[mask²] is keep, not keep².",
    question="What values can mask² take, and with which probabilities?",
)
depth.misconception(
    "rate_read_as_keep",
    edit=("1.0 - dropout_rate", "dropout_rate"),
    message="dropout_rate is read as the probability of keeping an element.",
    question="What should happen through depth at rate 0 and scale 1?",
)
depth.misconception(
    "forgets_he_initialisation",
    edit=(FACTOR, f"0.5 * {FACTOR}"),
    message="Each layer halves the second moment as well: He's initialisation makes up for what ReLU cuts off.",
    question="Why is the variance of He's weights 2/fan_in and not 1/fan_in?",
)
depth.misconception(
    "grows_linearly",
    edit=("ratio ** np.arange(depth + 1)", "1.0 + (ratio - 1.0) * np.arange(depth + 1)"),
    message="The change is added for each layer; it multiplies.",
    question="The second layer's input is the first layer's output. What is its second moment?",
)
depth.misconception(
    "starts_after_the_first_layer",
    edit=("np.arange(depth + 1)", "np.arange(1, depth + 1)"),
    message="The result lacks its first entry: the input itself, before any layer.",
    question="How many numbers describe a net of three layers from its input to its output?",
)
depth.misconception(
    "shifted_by_one_layer",
    edit=("np.arange(depth + 1)", "np.arange(1, depth + 2)"),
    message="Every entry is one layer too far: the first is to be the input itself.",
    question="What is E[h₀²]/E[h₀²]?",
)

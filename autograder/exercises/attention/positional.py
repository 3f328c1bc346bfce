"""Judgement of `attention.positional_multi_head_attention`.

Symbols: T time steps, `d` the width of the model; `scores` (time, time); `weights` rows sum to one over the keys.
What the statement leaves open is not judged: results wider than the inputs, widths of zero, inputs of different shapes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, no_coarser, raises
from autograder.submission import Submission
from curriculum.attention import positional_multi_head_attention as reference

positional = Judgement(
    "attention.positional_multi_head_attention",
    hints=(
        "Write down the shape of every array first: queries, keys and values of one head, its scores, its weights.",
        "Which axis of the scores runs over the keys? Along that axis the weights of a query must sum to one.",
        "Keep two running column offsets, one for keys and one for values: they drift apart when the widths differ.",
        "Mask before the softmax, with -inf above the diagonal; then subtract each row's maximum before exp.",
    ),
)
NAME = "positional_multi_head_attention"


def cut(rng: np.random.Generator, total: int, parts: int) -> np.ndarray:
    """`parts` random widths of at least 1 that sum to `total`."""
    inner = np.sort(rng.choice(np.arange(1, total), size=parts - 1, replace=False))
    return np.diff(np.concatenate([[0], inner, [total]]))


def draw(rng: np.random.Generator, dtype: type = np.float64) -> tuple[list[np.ndarray], list[list[int]]]:
    """q, k, v, positions (time, d_model) and the widths of heads, of which no two offsets agree by chance."""
    time, d_model, heads = int(rng.integers(5, 12)), int(rng.integers(8, 20)), int(rng.integers(2, 5))
    key_dims, value_dims = cut(rng, d_model, heads), cut(rng, d_model, heads)
    while key_dims[0] == value_dims[0]:
        value_dims = cut(rng, d_model, heads)
    arrays: list[np.ndarray] = [rng.standard_normal((time, d_model)).astype(dtype) for _ in range(4)]
    return arrays, [[int(key), int(value)] for key, value in zip(key_dims, value_dims, strict=True)]


def compared(got: Any, arrays: list[np.ndarray], head_dims: list[list[int]]) -> Iterator[Observation]:
    """Every part of the result beside the reference's, weights first: they say the most."""
    yield identical("the keys of the result", sorted(got) if isinstance(got, dict) else got, sorted(PARTS))
    q, k, v, positions = (array.astype(np.float64) for array in arrays)
    expected = reference(q, k, v, positions, [(key, value) for key, value in head_dims])
    precision = arrays[0].dtype
    time, d_model = q.shape
    yield close(
        "position_encoded_queries",
        got["position_encoded_queries"],
        expected["position_encoded_queries"],
        precision=precision,
    )
    for part in ("attention_weights", "head_outputs"):
        yield holds(
            f"the type of {part}", isinstance(got[part], list), f"{part} should be a list with an array for each head"
        )
        yield identical(f"the length of {part}", len(got[part]), len(head_dims))
    for part in PARTS:
        for array in got[part] if isinstance(got[part], list) else [got[part]]:
            yield no_coarser(part, array, precision)
    # exp turns a score's absolute rounding error into a relative error of its weight.
    largest_score = float(np.max(np.linalg.norm(q + positions, axis=1)) * np.max(np.linalg.norm(k + positions, axis=1)))
    growth = 1.0 + largest_score
    roundings = 2 * d_model + time + 16
    for head in range(len(head_dims)):
        yield close(
            f"attention_weights[{head}]",
            got["attention_weights"][head],
            expected["attention_weights"][head],
            roundings=roundings,
            magnitude=growth,
            precision=precision,
        )
    size = growth * float(np.max(np.abs(v + positions)))
    for head in range(len(head_dims)):
        yield close(
            f"head_outputs[{head}]",
            got["head_outputs"][head],
            expected["head_outputs"][head],
            roundings=roundings,
            magnitude=size,
            precision=precision,
        )
    yield close("output", got["output"], expected["output"], roundings=roundings, magnitude=size, precision=precision)


PARTS = ("position_encoded_queries", "attention_weights", "head_outputs", "output")


@positional.check(weight=3)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Queries, weights, head outputs and output agree with the definition for heads of unequal widths."""
    for _ in range(3):
        arrays, head_dims = draw(rng)
        yield from compared(s.call(NAME, *arrays, head_dims), arrays, head_dims)


@positional.check()
def sees_no_future(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Changing position j changes no output before j, and does change the output at j."""
    arrays, head_dims = draw(rng)
    time = len(arrays[0])
    j = int(rng.integers(1, time - 1))
    changed = [array.copy() for array in arrays]
    for array in changed[:3]:
        array[j] += rng.standard_normal(array.shape[1])
    before, after = s.call(NAME, *arrays, head_dims), s.call(NAME, *changed, head_dims)
    yield close("the output before the changed position", after["output"][:j], before["output"][:j])
    moved = float(np.max(np.abs(after["output"][j] - before["output"][j])))
    yield holds(
        "the output at the changed position", moved > 1e-6, "the output at position j does not depend on position j"
    )


@positional.check()
def survives_large_scores(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Scores of ±10,000 give neither NaN nor infinity, and the right weights."""
    arrays, head_dims = draw(rng)
    width = min(key_dim for key_dim, _ in head_dims)
    # The smallest head's scores are about 10,000; a hidden future score may be the largest of its row.
    arrays[0] *= 100.0 * np.sqrt(np.sqrt(width))
    arrays[1] *= 100.0 * np.sqrt(np.sqrt(width))
    yield from compared(s.call(NAME, *arrays, head_dims), arrays, head_dims)
    # All scores are -10,000 but for rounding: a hidden key that is merely set low takes a share.
    direction = np.concatenate([np.full(key_dim, key_dim**-0.25) for key_dim, _ in head_dims])
    low = [np.tile(100.0 * direction, (len(arrays[0]), 1)), np.tile(-100.0 * direction, (len(arrays[0]), 1)), arrays[2]]
    low = [*low, np.zeros_like(low[0])]
    yield from compared(s.call(NAME, *low, head_dims), low, head_dims)


@positional.check()
def works_in_single_precision_and_any_layout(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """float32 inputs and inputs that are not contiguous give the same result, and T = 1 works."""
    arrays, head_dims = draw(rng, np.float32)
    yield from compared(s.call(NAME, *arrays, head_dims), arrays, head_dims)
    arrays, head_dims = draw(rng)
    fortran = [np.asfortranarray(array) for array in arrays]
    yield from compared(s.call(NAME, *fortran, head_dims), arrays, head_dims)
    one = [array[:1] for array in arrays]
    yield from compared(s.call(NAME, *one, head_dims), one, head_dims)


@positional.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The inputs are not changed."""
    arrays, head_dims = draw(rng)
    held, widths = [s.hold(array) for array in arrays], s.hold(head_dims)
    s.call(NAME, *held, widths)
    yield identical("head_dims", widths.fetch(), head_dims, "the list head_dims was changed")
    for name, remote, array in zip(("q", "k", "v", "positions"), held, arrays, strict=True):
        yield identical(name, remote.fetch(), array, f"the input {name} was changed")


@positional.check()
def refuses_widths_that_do_not_fit(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Key widths, or value widths, that do not sum to d_model raise ValueError."""
    arrays, head_dims = draw(rng)
    (key_dim, value_dim), *others = sorted(head_dims, reverse=True)
    for name, first in (
        ("key widths that sum to more", [key_dim + 1, value_dim]),
        ("value widths that sum to more", [key_dim, value_dim + 1]),
        ("key widths that sum to less", [key_dim - 1, value_dim]),
        ("value widths that sum to less", [key_dim, value_dim - 1]),
    ):
        yield raises(name, partial(s.call, NAME, *arrays, [first, *others]), "ValueError")
    crossed = [key_dim + 1, value_dim - 1]
    yield raises("widths that fit only when added up", partial(s.call, NAME, *arrays, [crossed, *others]), "ValueError")
    yield raises("a missing head", partial(s.call, NAME, *arrays, head_dims[:-1]), "ValueError")


positional.misconception(
    "no_scaling",
    edit=(" / np.sqrt(key_dim)", ""),
    message="The scores are not divided by the square root of the key width, so wide heads attend too sharply.",
    question="How does the variance of a dot product of two random vectors grow with their length?",
)
positional.misconception(
    "scales_by_key_width",
    edit=("/ np.sqrt(key_dim)", "/ key_dim"),
    message="The scores are divided by the key width instead of its square root.",
    question="Which power of the width brings the standard deviation of a dot product back to one?",
)
positional.misconception(
    "scales_by_value_width",
    edit=("/ np.sqrt(key_dim)", "/ np.sqrt(value_dim)"),
    message="The scores are scaled by the value width; the dot product runs over the key width.",
    question="Over how many terms does the dot product of a query and a key sum?",
)
positional.misconception(
    "scales_by_model_width",
    edit=("/ np.sqrt(key_dim)", "/ np.sqrt(d_model)"),
    message="The scores are scaled by the width of the model; each head's dot product runs over its own key width.",
    question="Over how many terms does the dot product of one head's query and key sum?",
)
positional.misconception(
    "softmax_over_queries",
    edits=(
        ("scores.max(axis=1, keepdims=True)", "scores.max(axis=0, keepdims=True)"),
        ("weights.sum(axis=1, keepdims=True)", "weights.sum(axis=0, keepdims=True)"),
    ),
    message="This equals a softmax over the query axis: columns of the weights sum to one instead of rows.",
    question="For one query, which numbers should be a probability distribution?",
)
positional.misconception(
    "mask_after_softmax",
    edits=(
        ("        scores = np.where(causal, scores, -np.inf)\n", ""),
        ("keepdims=True)\n        attention_weights", "keepdims=True) * causal\n        attention_weights"),
    ),
    message="The mask is applied after the softmax: rows no longer sum to one, since hidden keys took their share.",
    question="What do the weights of the first position sum to?",
)
positional.misconception(
    "no_causal_mask",
    edit=("        scores = np.where(causal, scores, -np.inf)\n", ""),
    message="There is no causal mask: every position sees the future.",
    question="Which positions may position 0 attend to?",
)
positional.misconception(
    "mask_reversed",
    edit=("np.tril(np", "np.triu(np"),
    message="The mask is the wrong way round: positions see the future and not the past.",
    question="In scores[i, j], which index is the query's position, and which j may it see?",
)
positional.misconception(
    "mask_hides_itself",
    edits=(
        ("dtype=bool))", "dtype=bool), k=-1)"),
        ("scores, -np.inf)", "scores, -1e30)"),
    ),
    message="A position cannot see itself: the mask is strict where j ≤ i is asked for.",
    question="May position i attend to position i?",
)
positional.another_form("mask_hides_itself", edit=("dtype=bool))", "dtype=bool), k=-1)"))
positional.another_form(
    "mask_hides_itself",
    edits=(
        ("dtype=bool))", "dtype=bool), k=-1)"),
        (
            "weights = weights / weights.sum(axis=1, keepdims=True)",
            "weights = np.nan_to_num(weights / weights.sum(axis=1, keepdims=True))",
        ),
    ),
)
positional.misconception(
    "hidden_scores_merely_low",
    edit=("-np.inf", "-1e3"),
    message="Hidden scores are set to a number that is low, but not far below a visible score of −10,000.",
    question="What happens where the visible scores are lower still?",
)
positional.another_form("hidden_scores_merely_low", edit=("-np.inf", "-1e4"))
positional.misconception(
    "no_positions",
    edit=("q, k, v = q + positions, k + positions, v + positions", "q, k, v = q, k, v"),
    message="The positions are never added.",
    question="What would change if the time steps were shuffled?",
)
positional.misconception(
    "positions_not_on_values",
    edit=("v + positions\n", "v\n"),
    message="The positions are added to the queries and keys only; here the values get them too.",
    question="Which three arrays does the statement add the positions to?",
)
positional.misconception(
    "positions_on_queries_only",
    edit=("k + positions, v + positions\n", "k, v\n"),
    message="The positions are added to the queries only.",
    question="Which three arrays does the statement add the positions to?",
)
positional.misconception(
    "value_columns_follow_keys",
    edit=("slice(value_start, value_start + value_dim)", "slice(key_start, key_start + value_dim)"),
    message="A head's value columns start where its key columns start; the two offsets differ when the widths do.",
    question="After the first head has taken its value columns, where do the second head's begin?",
)
positional.misconception(
    "overflows",
    edit=("scores - scores.max(axis=1, keepdims=True)", "scores"),
    message="exp is taken of the raw scores and overflows for large ones.",
    question="What can be subtracted from every score of a row without changing its softmax?",
)
positional.misconception(
    "maximum_over_hidden_keys",
    edits=(
        ("        scores = np.where(causal, scores, -np.inf)\n", ""),
        (
            "np.exp(scores - scores.max(axis=1, keepdims=True))",
            "np.exp(scores - scores.max(axis=1, keepdims=True)) * causal",
        ),
    ),
    message="The row's maximum is taken over hidden keys too: a large hidden score makes the visible weights vanish.",
    question="Over which keys must the maximum be taken for at least one weight to be exp(0)?",
)
positional.misconception(
    "ignores_scores",
    edit=("np.where(causal, scores, -np.inf)", "np.where(causal, 0.0, -np.inf)"),
    message="The weights do not depend on the queries and keys: every position averages all it may see.",
    question="What makes one key matter more than another for a given query?",
)
positional.misconception(
    "changes_its_inputs",
    edit=(
        "q, k, v = q + positions, k + positions, v + positions",
        "q += positions; k += positions; v += positions",
    ),
    message="The positions are added in place, so the caller's arrays change.",
    question="What is the difference between `q = q + p` and `q += p` for the caller of the function?",
)
positional.misconception(
    "widths_not_checked",
    edit=(" or sum(value_dim for _, value_dim in head_dims) != d_model:", ":"),
    message="Only the key widths are checked against d_model; the value widths must fit too.",
    question="Which two sums must equal d_model?",
)

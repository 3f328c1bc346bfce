"""Judgement of `attention.grouped_query_attention` (Ainslie et al. 2023, section 2.2).

Symbols: q (batch, n_head, query_time, head_dim), k (batch, n_kv_head, key_time, head_dim) and v (batch, n_kv_head,
key_time, value_dim); query head h is served by key/value head h // group, where group = n_head / n_kv_head. The oracle
deals the key/value heads out one by one and attends with one query and one key at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, raises
from autograder.submission import Submission

from .scaled_dot_product import compared as compared_with_ordinary
from .scaled_dot_product import growth, some_mask

grouped_query = Judgement(
    "attention.grouped_query_attention",
    hints=(
        "Nothing about attention itself is new. Which array would each query head need as its keys, if you wrote a "
        "loop over the query heads?",
        "With n_head = 6 and n_kv_head = 2, write the served heads down in a row: query heads 0, 1, 2 take key/value "
        "head 0, and 3, 4, 5 take head 1. Which function turns 0, 1 into 0, 0, 0, 1, 1, 1?",
        "`np.repeat` repeats each entry in its place, `np.tile` the whole row. Mind the axis: heads stand on axis 1.",
        "`np.repeat(k, n_head // n_kv_head, axis=1)`, and the same for v. What is left is ordinary attention, with "
        "the mask as it came. Look at `n_head % n_kv_head` first.",
    ),
)
NAME = "grouped_query_attention"
# n_kv_head and the query heads that each of them serves: heads that go round in turns, or in groups, differ in each.
HEADS = ((2, 2), (2, 3), (3, 2))


def draw(rng: np.random.Generator, n_kv_head: int, group: int, batch: int = 2) -> list[np.ndarray]:
    """q, k, v with widths and times that differ."""
    query_time, key_time, head_dim, value_dim = (int(n) for n in rng.permutation([2, 3, 4, 5]))
    shapes = (
        (batch, n_kv_head * group, query_time, head_dim),
        (batch, n_kv_head, key_time, head_dim),
        (batch, n_kv_head, key_time, value_dim),
    )
    return [rng.standard_normal(shape) for shape in shapes]


def masked(rng: np.random.Generator, arrays: list[np.ndarray]) -> np.ndarray:
    """A random mask of its own for every sequence and every query head."""
    return some_mask(rng, *arrays[0].shape[:3], arrays[1].shape[2])


def compared(where: str, got: Any, arrays: list[np.ndarray], mask: Any = None) -> Iterator[Observation]:
    """The pair that the submission gave beside attention in which every query head has a key/value head of its own."""
    q, k, v = arrays
    group = q.shape[1] // k.shape[1]
    serving = [head for head in range(k.shape[1]) for _ in range(group)]
    yield from compared_with_ordinary(where, got, [q, k[:, serving], v[:, serving]], mask)


@grouped_query.check(weight=2)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Weights and output of every query head are those of attention over the key/value head that serves its group."""
    cases = [draw(rng, *heads) for heads in HEADS]
    for heads, case, got in zip(HEADS, cases, s.each(NAME, cases), strict=True):
        yield from compared(f"of {heads[0]} groups of {heads[1]} heads", got, case)


@grouped_query.check()
def has_both_kinds_as_its_ends(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """One key/value head serves all query heads, and as many as there are query heads give ordinary attention."""
    ends = {"with one key/value head": (1, 3), "with a key/value head for each": (3, 1), "of a single head": (1, 1)}
    cases = [draw(rng, *heads) for heads in ends.values()]
    for where, case, got in zip(ends, cases, s.each(NAME, cases), strict=True):
        yield from compared(where, got, case)


@grouped_query.check()
def a_group_depends_on_its_own_head(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Another key/value head changes the outputs of its own group, each of them, and of no other."""
    n_kv_head, group = 3, 2
    q, k, v = draw(rng, n_kv_head, group)
    changed = int(rng.integers(n_kv_head))
    other_k, other_v = k.copy(), v.copy()
    other_k[:, changed] *= -2.0
    other_v[:, changed] += 100.0
    before, after = (got[0] for got in s.each(NAME, [(q, k, v), (q, other_k, other_v)]))
    own = np.arange(n_kv_head * group) // group == changed
    size = growth(q, k) * float(np.max(np.abs(v)))
    yield close("the output of the other groups", after[:, ~own], before[:, ~own], magnitude=size)
    moved = np.abs(after[:, own] - before[:, own]).min(axis=(0, 2, 3))
    yield holds(
        "the output of the changed group",
        bool(np.all(moved > 50.0)),
        "after 100 was added to the values of one key/value head, a query head of its group gave much the same output",
    )


@grouped_query.check()
def obeys_the_mask(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A mask of any shape that broadcasts is obeyed, also one that differs among the query heads of a group."""
    arrays = draw(rng, 2, 2)
    full = masked(rng, arrays).shape
    shapes = (full, full[2:], full[1:], (1, full[1], 1, full[3]), (full[0], 1, 1, full[3]), full[3:])
    masks = [some_mask(rng, *shape) for shape in shapes]
    for mask, got in zip(masks, s.each(NAME, [(*arrays, mask) for mask in masks]), strict=True):
        yield from compared(f"under a mask of shape {mask.shape}", got, arrays, mask)


@grouped_query.check()
def gives_nothing_where_nothing_is_visible(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A query that may attend to no key has weights 0 and output 0, never NaN; the other queries are not affected."""
    arrays = draw(rng, 2, 2)
    mask = masked(rng, arrays)
    mask[0, 1, 0] = mask[1, 2] = False
    yield from compared("with fully masked rows", s.call(NAME, *arrays, mask=mask), arrays, mask)
    nothing = np.zeros(mask.shape[2:], dtype=bool)
    yield from compared("where all is hidden", s.call(NAME, *arrays, nothing), arrays, nothing)


@grouped_query.check()
def survives_large_scores(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Scores of ±10,000 give the right weights, also where a hidden score is by far the largest."""
    q, k, v = draw(rng, 2, 2)
    factor = 100.0 / np.sqrt(growth(q, k))  # no score exceeds 10,000
    large = [factor * q, factor * k, v]
    yield from compared("of large scores", s.call(NAME, *large), large)
    mask = masked(rng, large)
    head_dim = 16
    scores = np.where(mask, -1e4 + rng.random(mask.shape), 1e4)
    unit_vectors = np.eye(k.shape[2], head_dim)  # as keys: then the first entries of a query are its scores
    chosen = [scores @ unit_vectors * np.sqrt(head_dim), np.tile(unit_vectors, (*k.shape[:2], 1, 1)), v]
    yield from compared("of low scores beside high hidden ones", s.call(NAME, *chosen, mask), chosen, mask)


@grouped_query.check()
def works_in_any_precision_size_and_layout(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """float16 and float32 inputs, any memory layout, a batch of one, one query, one key and widths of one work."""
    for dtype in (np.float32, np.float16):
        arrays = [(0.5 * array).astype(dtype) for array in draw(rng, 2, 2)]
        mask = masked(rng, arrays)
        mask[0, 0, 0] = False
        yield from compared(f"of {np.dtype(dtype)} inputs", s.call(NAME, *arrays, mask), arrays, mask)
    q, k, v = draw(rng, 2, 2)
    sliced, fortran = [array[..., ::2] for array in (q, k, v)], [np.asfortranarray(array) for array in (q, k, v)]
    cases = {
        "of every second column": sliced,
        "in Fortran's order": fortran,
        "of one sequence": [array[:1] for array in (q, k, v)],
        "of one query": [q[:, :, -1:], k, v],
        "of one key": [q, k[:, :, :1], v[:, :, :1]],
        "of width 1": [array[..., :1] for array in (q, k, v)],
    }
    for (where, case), got in zip(cases.items(), s.each(NAME, list(cases.values())), strict=True):
        yield from compared(where, got, case)


@grouped_query.check()
def refuses_heads_that_do_not_divide(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """ValueError is raised where the number of query heads is not a multiple of the number of key/value heads."""
    for n_head, n_kv_head in ((6, 4), (3, 2), (5, 3), (2, 4), (1, 2)):
        q, k, v = (rng.standard_normal((2, heads, 3, 4)) for heads in (n_head, n_kv_head, n_kv_head))
        name = f"n_head = {n_head} with n_kv_head = {n_kv_head}"
        yield raises(name, partial(s.call, NAME, q, k, v), "ValueError")


@grouped_query.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """q, k, v and the mask are not changed."""
    arrays = draw(rng, 2, 2)
    mask = masked(rng, arrays)
    mask[0, 0, 0] = False
    held = [s.hold(array) for array in (*arrays, mask)]
    s.call(NAME, *held[:3])
    s.call(NAME, *held)
    for name, remote, array in zip(("q", "k", "v", "mask"), held, (*arrays, mask), strict=True):
        yield identical(name, remote.fetch(), array, f"the input {name} was changed")


ATTEND = "scaled_dot_product_attention(q, k, v, mask)"
CHECK = """    if left_over:
        raise ValueError(f"n_head = {n_head} is not a multiple of n_kv_head = {n_kv_head}")
"""
OUTPUT_AND_WEIGHTS = f"output, weights = {ATTEND}\n    "


def dealt(how: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """The edits that deal the keys out in another way, and the values likewise; {x} in `how` stands for either."""
    keys, values = (("np.repeat(x, group, axis=1)".replace("(x", f"({x}"), how.format(x=x)) for x in "kv")
    return keys, values


grouped_query.misconception(
    "heads_take_turns",
    edits=dealt("np.tile({x}, (1, group, 1, 1))"),
    message="Query head h is served by key/value head h mod n_kv_head: neighbours take turns, where they are to share.",
    question="With 6 query heads and 2 key/value heads, which query heads are to share key/value head 0?",
)
grouped_query.misconception(
    "values_take_turns",
    edit=dealt("np.tile({x}, (1, group, 1, 1))")[1],
    message="The keys are dealt out by groups, but the values in turns: a head's weights meet another head's values.",
    question="When query head 1 has found the key that it looked for, which head's value belongs to it?",
)
grouped_query.misconception(
    "all_share_the_first_head",
    edits=dealt("np.repeat({x}[:, :1], n_head, axis=1)"),
    message="Every query head is served by key/value head 0; the other key/value heads are never used.",
    question="How many query heads share one key/value head?",
)
grouped_query.misconception(
    "averages_the_key_value_heads",
    edits=dealt("np.repeat({x}.mean(axis=1, keepdims=True), n_head, axis=1)"),
    message="The key/value heads are averaged into one, which then serves every query head.",
    question="On which key/value head does the output of query head 0 depend?",
)
POOL = "q.reshape(q.shape[0], n_kv_head, group, *q.shape[2:]).mean(axis=2)"
grouped_query.misconception(
    "averages_the_queries_of_a_group",
    edit=(ATTEND, ATTEND.replace("(q", f"(np.repeat({POOL}, group, axis=1)")),
    message="The queries of a group are averaged. A group shares its keys and values; each head keeps its own queries.",
    question="What would be left of having several query heads in a group if all asked the same question?",
)
grouped_query.another_form(
    "averages_the_queries_of_a_group", edits=(*dealt("{x}"), (ATTEND, ATTEND.replace("(q", f"({POOL}")))
)
grouped_query.misconception(
    "one_query_head_for_each_group",
    edits=(*dealt("{x}"), (ATTEND, ATTEND.replace("(q", "(q[:, ::group]"))),
    message="Only the first query head of each group is served: the output has n_kv_head heads.",
    question="How many heads has the output?",
)
grouped_query.misconception(
    "repeats_positions",
    edits=dealt("np.repeat({x}, group, axis=2).reshape({x}.shape[0], n_head, *{x}.shape[2:])"),
    message="The repetition runs along time, and a reshape cuts the result into heads: they hold copies of few keys.",
    question="Which axis of k holds the heads, and are all positions of a head kept?",
)
grouped_query.misconception(
    "mixes_the_sequences",
    edits=dealt("np.tile({x}, (group, 1, 1, 1)).reshape({x}.shape[0], n_head, *{x}.shape[2:])"),
    message="Copies along the batch are reshaped into heads, so a sequence attends to the keys of another one.",
    question="Which sequence should the keys of every head of sequence 0 come from?",
)
grouped_query.misconception(
    "heads_come_back_in_another_order",
    edit=(
        f"return {ATTEND}",
        OUTPUT_AND_WEIGHTS + "order = np.arange(n_head).reshape(n_kv_head, group).T.ravel()\n"
        "    return output[:, order], weights[:, order]",
    ),
    message="Every head attends rightly, but the results are sorted by the place in the group: the first heads of all "
    "groups come first, then the second ones.",
    question="After the heads were cut into groups, which axis varies faster when the two become one again?",
)
grouped_query.misconception(
    "no_scaling",
    edit=(ATTEND, ATTEND.replace("(q", "(q * q.shape[-1] ** 0.5")),
    message="The scores are not divided by the square root of the key width, so wide queries attend too sharply.",
    question="How does the variance of a dot product of two random vectors grow with their length?",
)
grouped_query.misconception(
    "scales_by_model_width",
    edit=(ATTEND, ATTEND.replace("(q", "(q / n_head**0.5")),
    message="The scores are scaled by the width of all query heads together; a dot product runs over one head's width.",
    question="Over how many terms does the dot product of one head's query and key sum?",
)
grouped_query.misconception(
    "scales_by_value_width",
    edit=(ATTEND, ATTEND.replace("(q", "(q * (q.shape[-1] / v.shape[-1]) ** 0.5")),
    message="The scores are scaled by the width of the values; the dot product runs over the width of the keys.",
    question="Over how many terms does the dot product of a query and a key sum?",
)
grouped_query.misconception(
    "mask_ignored",
    edit=(ATTEND, ATTEND.replace("mask", "None")),
    message="The mask has no effect.",
    question="Which weights should be 0?",
)
grouped_query.misconception(
    "mask_inverted",
    edit=(ATTEND, ATTEND.replace("mask", "None if mask is None else ~mask")),
    message="The mask is inverted: True means that a query may attend. (torch.nn.MultiheadAttention does it your way.)",
    question="Under a mask that is True everywhere, what should a query see?",
)
grouped_query.misconception(
    "mask_after_softmax",
    edit=(
        f"return {ATTEND}",
        f"_, weights = {ATTEND.replace('mask', 'None')}\n"
        "    weights = weights if mask is None else weights * mask\n"
        "    return weights @ v, weights",
    ),
    message="The mask is applied after the softmax: rows no longer sum to one, since hidden keys took their share.",
    question="What do the weights of a query that sees a single key sum to?",
)
grouped_query.misconception(
    "one_mask_for_a_group",
    edit=(
        f"    return {ATTEND}",
        "    if mask is not None and mask.ndim > 2 and mask.shape[-3] == n_head:\n"
        "        mask = np.repeat(mask[..., ::group, :, :], group, axis=-3)\n"
        f"    return {ATTEND}",
    ),
    message="All heads of a group get the mask of its first head. They share keys and values, but not the mask.",
    question="What shape may the mask have, and what stands on its axis of heads?",
)
grouped_query.misconception(
    "empty_row_is_nan",
    edit=(
        f"return {ATTEND}",
        OUTPUT_AND_WEIGHTS + "weights = np.where(weights.sum(axis=-1, keepdims=True) == 0, np.nan, weights)\n"
        "    return weights @ v, weights",
    ),
    message="A query that may attend to nothing gets NaN: its softmax is 0/0.",
    question="What is the sum of the exponentials of a row of -inf?",
)
grouped_query.misconception(
    "empty_row_is_uniform",
    edit=(
        f"return {ATTEND}",
        OUTPUT_AND_WEIGHTS + "weights = np.where(weights.sum(axis=-1, keepdims=True) == 0, 1 / k.shape[2], weights)\n"
        "    return weights @ v, weights",
    ),
    message="A query that may attend to nothing attends to everything: equal scores have equal weights, however low.",
    question="What is the softmax of (−10⁹, −10⁹, −10⁹)?",
)
CAUSAL = "causal = np.tril(np.ones((q.shape[2], k.shape[2]), dtype=bool)"
ALWAYS = "mask = causal if mask is None else mask & causal"
grouped_query.misconception(
    "causal_without_being_asked",
    edit=(f"return {ATTEND}", f"{CAUSAL})\n    {ALWAYS}\n    return {ATTEND}"),
    message="A causal mask is applied though nobody asked for it; without a mask every key is visible.",
    question="Which keys may a query see where mask is None?",
)
for mask in (
    f"{CAUSAL}, k=k.shape[2] - q.shape[2])\n    {ALWAYS}",
    f"{CAUSAL})\n    mask = causal if mask is None else mask",
):
    grouped_query.another_form("causal_without_being_asked", edit=(f"return {ATTEND}", f"{mask}\n    return {ATTEND}"))
grouped_query.misconception(
    "weights_of_each_group",
    edit=(
        f"return {ATTEND}",
        OUTPUT_AND_WEIGHTS + "shape = (q.shape[0], n_kv_head, group, *weights.shape[2:])\n"
        "    return output, weights.reshape(shape).mean(axis=2)",
    ),
    message="The weights are averaged over each group. Every query head has weights of its own, and all are wanted.",
    question="Do two query heads that share their keys look at the same places?",
)
grouped_query.misconception(
    "divisibility_not_checked",
    edits=((CHECK, ""), *dealt("np.repeat({x}, -(-n_head // n_kv_head), axis=1)[:, :n_head]")),
    message="Where n_head is not a multiple of n_kv_head, the heads are dealt out unevenly, without a word.",
    question="How many query heads does each key/value head serve, with 6 query heads and 4 key/value heads?",
)
grouped_query.another_form("divisibility_not_checked", edit=(CHECK, ""))
grouped_query.misconception(
    "raises_something_else",
    edit=(CHECK, "    assert not left_over\n"),
    message="Heads that do not divide raise another exception than ValueError; an assertion can even be switched off.",
    question="Which exception does the statement ask for?",
)
for error in ("Exception", "IndexError", "RuntimeError", "TypeError"):
    grouped_query.another_form("raises_something_else", edit=("raise ValueError", f"raise {error}"))
grouped_query.misconception(
    "divides_the_wrong_way_round",
    edit=("if left_over:", "if n_kv_head % n_head:"),
    message="Heads that are allowed are refused: the test asks whether n_kv_head is a multiple of n_head.",
    question="Which of the two numbers is the larger one?",
)
grouped_query.misconception(
    "changes_its_inputs",
    edit=(
        f"return {ATTEND}",
        f"q *= q.shape[-1] ** -0.5\n    return {ATTEND.replace('(q', '(q * q.shape[-1] ** 0.5')}",
    ),
    message="The queries are scaled in place, so the caller's array changes.",
    question="What is the difference between `q = q / c` and `q /= c` for the caller of the function?",
)

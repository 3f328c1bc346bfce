"""Judgement of `attention.scaled_dot_product_attention` (Vaswani et al. 2017, equation 1).

Symbols: scores q·k/√key_dim (..., query_time, key_time); the weights of a query are the softmax of its scores over the
keys that it may attend to. The oracle takes one query and one key at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, no_coarser
from autograder.submission import Submission

scaled_dot_product = Judgement(
    "attention.scaled_dot_product_attention",
    hints=(
        "Write down the shape of each step: q, k, scores, weights, v, output. Which axis does each step sum over?",
        "Only the last two axes of k change places. `k.swapaxes(-1, -2)` does that whatever comes before them.",
        "Hide before the softmax: a hidden key gets the score -inf, whose exp is 0, so the others share the whole.",
        "A query that sees nothing has a softmax of 0/0. Find these rows with `mask.any(axis=-1, keepdims=True)`, give "
        "them scores of 0 before the softmax, and weights of 0 after it.",
    ),
)
NAME = "scaled_dot_product_attention"


def by_definition(q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: Any = None) -> tuple[np.ndarray, np.ndarray]:
    """Output and weights in double precision, one query and one key at a time."""
    q, k, v = (array.astype(np.float64) for array in (q, k, v))
    allowed = np.broadcast_to(True if mask is None else mask, (*q.shape[:-1], k.shape[-2]))
    weights, output = np.zeros(allowed.shape), np.zeros((*q.shape[:-1], v.shape[-1]))
    for index in np.ndindex(*q.shape[:-1]):
        leading, keys = index[:-1], np.flatnonzero(allowed[index])
        if len(keys):
            scores = np.array([sum(q[index] * k[(*leading, key)]) for key in keys]) / np.sqrt(q.shape[-1])
            powers = np.exp(scores - max(scores))
            weights[index][keys] = powers / sum(powers)
        output[index] = sum((weights[index][key] * v[(*leading, key)] for key in keys), np.zeros(v.shape[-1]))
    return output, weights


def draw(rng: np.random.Generator, *leading: int, time: int = 0) -> list[np.ndarray]:
    """q, k, v with sizes that differ, or with as many queries as keys where `time` is given."""
    sizes = [n for n in range(3, 9) if n != time]
    query_time, key_time, key_dim, value_dim = (int(n) for n in rng.permutation(sizes)[:4])
    query_time, key_time = time or query_time, time or key_time
    shapes = ((query_time, key_dim), (key_time, key_dim), (key_time, value_dim))
    return [rng.standard_normal((*leading, *shape)) for shape in shapes]


def some_mask(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """A random mask in which every query sees one key at least, and not every key is seen by all."""
    mask: np.ndarray = rng.random(shape) < 0.5
    seen = rng.integers(0, shape[-1], size=shape[:-1])
    np.put_along_axis(mask, seen[..., None], True, axis=-1)
    np.put_along_axis(mask, (seen[..., None] + 1) % shape[-1], False, axis=-1)
    return mask


def growth(q: np.ndarray, k: np.ndarray) -> float:
    """How much rounding can grow: exp turns the absolute error of a score into a relative error of its weight."""
    norms = [float(np.max(np.linalg.norm(array.astype(np.float64), axis=-1))) for array in (q, k)]
    return 1.0 + norms[0] * norms[1] / float(np.sqrt(q.shape[-1]))


def compared(where: str, got: Any, arrays: list[np.ndarray], mask: Any = None) -> Iterator[Observation]:
    """The pair that the submission gave beside the definition, weights first: they say the most."""
    q, k, v = arrays
    pair = isinstance(got, list) and len(got) == 2
    yield holds("the result", pair, "the result is not a pair: the output and the weights")
    output, weights = by_definition(q, k, v, mask)
    yield no_coarser("the output", got[0], q.dtype)
    yield no_coarser("the weights", got[1], q.dtype)
    roundings, scale = (q.shape[-1] + k.shape[-2]) // 2 + 4, growth(q, k)
    yield close(f"the weights {where}", got[1], weights, roundings=roundings, magnitude=scale, precision=q.dtype)
    size = scale * float(np.max(np.abs(v)))
    yield close(f"the output {where}", got[0], output, roundings=roundings, magnitude=size, precision=q.dtype)


@scaled_dot_product.check(weight=3)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Weights and output agree with the definition, with any axes in front and any four sizes."""
    for leading in ((), (2,), (2, 3)):
        arrays = draw(rng, *leading)
        yield from compared("without a mask", s.call(NAME, *arrays), arrays)
    arrays = draw(rng, 2, time=4)
    yield from compared("where mask is None", s.call(NAME, *arrays, mask=None), arrays)


@scaled_dot_product.check()
def obeys_the_mask(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A mask of any shape that broadcasts is obeyed: True means that the query may attend to the key."""
    arrays = draw(rng)
    mask = some_mask(rng, len(arrays[0]), len(arrays[1]))
    yield from compared("under a mask", s.call(NAME, *arrays, mask), arrays, mask)
    arrays = draw(rng, 2, 3)
    query_time, key_time = arrays[0].shape[-2], arrays[1].shape[-2]
    full = (2, 3, query_time, key_time)
    for shape in (full, full[2:], (2, 1, *full[2:]), (2, 1, 1, key_time), (key_time,)):
        mask = some_mask(rng, *shape)
        yield from compared(f"under a mask of {len(shape)} axes", s.call(NAME, *arrays, mask=mask), arrays, mask)


@scaled_dot_product.check()
def hidden_keys_do_not_matter(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A key and its value matter to the queries that may attend to it and to no others."""
    q, k, v = draw(rng, 2, time=6)
    mask = np.tril(np.ones((6, 6), dtype=bool))
    mask[:, 2] &= rng.permutation(6) < 3  # hidden from some later queries too
    sees = mask[:, 2]
    result = s.call(NAME, q, k, v, mask)
    yield from compared("under a causal mask", result, [q, k, v], mask)
    before, weights = result
    other_k, other_v = k.copy(), v.copy()
    other_k[:, 2] *= -30.0
    other_v[:, 2] += 100.0
    after = s.call(NAME, q, other_k, other_v, mask)[0]
    size = growth(q, k) * 100.0
    yield close("the output where the changed key is hidden", after[:, ~sees], before[:, ~sees], magnitude=size)
    moved = s.call(NAME, q, k, other_v, mask)[0]
    change = before + 100.0 * weights[:, :, 2:3]
    yield close("the output after a value has moved by 100", moved, change, magnitude=size)


@scaled_dot_product.check()
def gives_nothing_where_nothing_is_visible(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A query that may attend to no key has weights 0 and output 0, never NaN; the other queries are not affected."""
    arrays = draw(rng, 2)
    query_time, key_time = arrays[0].shape[-2], arrays[1].shape[-2]
    mask = some_mask(rng, 2, query_time, key_time)
    mask[0, 0] = mask[1, -1] = False
    yield from compared("with fully masked rows", s.call(NAME, *arrays, mask), arrays, mask)
    padding = np.array([[[False]], [[True]]]) & np.ones((2, 1, key_time), dtype=bool)
    yield from compared("of a sequence of padding", s.call(NAME, *arrays, padding), arrays, padding)
    nothing = np.zeros((query_time, key_time), dtype=bool)
    yield from compared("where all is hidden", s.call(NAME, *arrays, nothing), arrays, nothing)


@scaled_dot_product.check()
def survives_large_scores(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Scores of ±10,000 give the right weights, also where a hidden score is by far the largest."""
    q, k, v = draw(rng, 2)
    large = [100.0 * q, 100.0 * k, v]
    yield from compared("of large scores", s.call(NAME, *large), large)
    mask = some_mask(rng, 2, q.shape[-2], k.shape[-2])
    yield from compared("of large masked scores", s.call(NAME, *large, mask), large, mask)
    scores, key_dim = np.where(mask, -1e4 + rng.standard_normal(mask.shape), 1e4), 16
    unit_vectors = np.eye(k.shape[-2], key_dim)  # as keys: then the first entries of a query are its scores
    chosen = [scores @ unit_vectors * np.sqrt(key_dim), np.stack([unit_vectors] * 2), v]
    yield from compared("of low scores beside high hidden ones", s.call(NAME, *chosen, mask), chosen, mask)


@scaled_dot_product.check()
def keys_have_no_order(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Keys, values and the mask's columns in another order give the same output, and the weights in that order."""
    q, k, v = draw(rng, 3)
    mask = some_mask(rng, q.shape[-2], k.shape[-2])
    order = np.roll(np.arange(k.shape[-2]), int(rng.integers(1, k.shape[-2])))
    size, largest = growth(q, k), float(np.max(np.abs(v)))
    for where, before, after in (
        ("without a mask", s.call(NAME, q, k, v), s.call(NAME, q, k[:, order], v[:, order])),
        ("under a mask", s.call(NAME, q, k, v, mask), s.call(NAME, q, k[:, order], v[:, order], mask[:, order])),
    ):
        yield close(f"the weights of reordered keys {where}", after[1], before[1][..., order], magnitude=size)
        yield close(f"the output of reordered keys {where}", after[0], before[0], magnitude=size * largest)


@scaled_dot_product.check()
def works_in_any_precision_size_and_layout(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """float16 and float32 inputs, any memory layout, one query, one key and widths of one work."""
    for dtype in (np.float32, np.float16):
        arrays = [(0.5 * array).astype(dtype) for array in draw(rng, 2)]
        mask = some_mask(rng, arrays[0].shape[-2], arrays[1].shape[-2])
        mask[0] = False
        yield from compared(f"of {np.dtype(dtype)} inputs", s.call(NAME, *arrays, mask), arrays, mask)
    arrays = draw(rng, 2, 3)
    for layout in ([array[..., ::2] for array in arrays], [np.asfortranarray(array) for array in arrays]):
        yield from compared("of another memory layout", s.call(NAME, *layout), layout)
    q, k, v = arrays
    one_query, one_key = [q[..., -1:, :], k, v], [q, k[..., :1, :], v[..., :1, :]]
    narrow = [q[..., :1], k[..., :1], v[..., :1]]
    for where, case in (("of one query", one_query), ("of one key", one_key), ("of width 1", narrow)):
        yield from compared(where, s.call(NAME, *case), case)
        mask = some_mask(rng, case[0].shape[-2], case[1].shape[-2]) | (case[1].shape[-2] == 1)
        yield from compared(f"{where} under a mask", s.call(NAME, *case, mask), case, mask)


@scaled_dot_product.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """q, k, v and the mask are not changed."""
    arrays = draw(rng, 2)
    mask = some_mask(rng, arrays[0].shape[-2], arrays[1].shape[-2])
    mask[0] = False
    held = [s.hold(array) for array in (*arrays, mask)]
    s.call(NAME, *held[:3])
    s.call(NAME, *held)
    for name, remote, array in zip(("q", "k", "v", "mask"), held, (*arrays, mask), strict=True):
        yield identical(name, remote.fetch(), array, f"the input {name} was changed")


ROOT = "q.shape[-1] ** 0.5"
HIDE = "np.where(mask, scores, -np.inf)"

scaled_dot_product.misconception(
    "no_scaling",
    edit=(f" / {ROOT}", ""),
    message="The scores are not divided by the square root of the key width, so wide queries attend too sharply.",
    question="How does the variance of a dot product of two random vectors grow with their length?",
)
scaled_dot_product.misconception(
    "divides_by_key_width",
    edit=(ROOT, "q.shape[-1]"),
    message="The scores are divided by the key width instead of its square root, so the weights are nearly uniform.",
    question="Which power of the width brings the standard deviation of a dot product back to one?",
)
scaled_dot_product.misconception(
    "scales_by_value_width",
    edit=(ROOT, "v.shape[-1] ** 0.5"),
    message="The scores are scaled by the width of the values; the dot product runs over the width of the keys.",
    question="Over how many terms does the dot product of a query and a key sum?",
)
scaled_dot_product.misconception(
    "scales_by_number_of_keys",
    edit=(ROOT, "k.shape[-2] ** 0.5"),
    message="The scores are scaled by the number of keys; the dot product runs over the width of a key.",
    question="Should a score change because another key joins the sequence?",
)
scaled_dot_product.misconception(
    "softmax_over_queries",
    edits=(
        ("weights = softmax(scores)", "weights = softmax(scores, axis=-2)"),
        ("scores, 0.0))", "scores, 0.0), axis=-2)"),
    ),
    message="This equals a softmax over the query axis: columns of the weights sum to one instead of rows.",
    question="For one query, which numbers should be a probability distribution?",
)
scaled_dot_product.misconception(
    "mask_after_softmax",
    edits=((f"        scores = {HIDE}\n", ""), ("* sees_any", "* mask")),
    message="The mask is applied after the softmax: rows no longer sum to one, since hidden keys took their share.",
    question="What do the weights of a query that sees a single key sum to?",
)
scaled_dot_product.misconception(
    "divides_again_after_masking",
    edits=(
        (f"        scores = {HIDE}\n", ""),
        (
            "* sees_any",
            "* mask\n"
            "        sums = weights.sum(axis=-1, keepdims=True)\n"
            "        weights = weights / np.where(sums > 0, sums, 1)",
        ),
    ),
    message="Hidden keys are removed after the softmax, when a large hidden score has made the visible weights vanish.",
    question="What remains of exp(−10000) after a softmax, and can a division bring it back?",
)
scaled_dot_product.misconception(
    "mask_ignored",
    edit=("if mask is None:", "if True:"),
    message="The mask has no effect.",
    question="Which weights should be 0?",
)
scaled_dot_product.misconception(
    "mask_inverted",
    edits=((HIDE, "np.where(mask, -np.inf, scores)"), ("broadcast_to(mask", "broadcast_to(~mask")),
    message="The mask is inverted: True means that a query may attend. (torch.nn.MultiheadAttention does it your way.)",
    question="Under a mask that is True everywhere, what should a query see?",
)
scaled_dot_product.misconception(
    "hidden_scores_set_to_zero",
    edit=(HIDE, "np.where(mask, scores, 0.0)"),
    message="Hidden scores are set to 0, and exp(0) is 1: hidden keys keep a share of the weights.",
    question="Which score has an exp of 0?",
)
scaled_dot_product.misconception(
    "mask_added_as_a_number",
    edit=(HIDE, "scores + mask"),
    message="The boolean mask is added to the scores as 0 and 1, which makes a visible key only e times as likely.",
    question="What would have to be added to a score for its exp to be 0?",
)
scaled_dot_product.misconception(
    "hidden_scores_merely_low",
    edit=("-np.inf", "-1e3"),
    message="Hidden scores are set to a number that is low but not below every score.",
    question="What happens where the visible scores are lower still?",
)
scaled_dot_product.another_form("hidden_scores_merely_low", edit=("-np.inf", "-1e4"))
scaled_dot_product.misconception(
    "empty_row_is_nan",
    edits=(("np.where(sees_any, scores, 0.0)", "scores"), (" * sees_any", "")),
    message="A query that may attend to nothing gets NaN: its softmax is 0/0.",
    question="What is the sum of the exponentials of a row of -inf?",
)
scaled_dot_product.misconception(
    "empty_row_is_uniform",
    edit=(" * sees_any", ""),
    message="A query that may attend to nothing attends to everything: equal scores have equal weights, however low.",
    question="What is the softmax of (−10⁹, −10⁹, −10⁹)?",
)
scaled_dot_product.misconception(
    "overflows",
    edit=(
        "    scores = q @",
        "    def softmax(x, axis=-1):\n"
        "        return np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)\n\n"
        "    scores = q @",
    ),
    message="exp is taken of the raw scores and overflows for large ones.",
    question="What can be subtracted from every score of a row without changing its softmax?",
)
scaled_dot_product.misconception(
    "causal_without_being_asked",
    edit=(
        "    if mask is None:\n",
        "    causal = np.tril(np.ones(scores.shape[-2:], dtype=bool))\n"
        "    mask = causal if mask is None else mask & causal\n"
        "    if mask is None:\n",
    ),
    message="A causal mask is applied always; without a mask every key is visible. A single query sees key 0 alone.",
    question="When text is generated with a cache, there is one query and there are many keys. Which may it see?",
)
scaled_dot_product.another_form(
    "causal_without_being_asked",
    edit=(
        "    if mask is None:\n",
        "    scores = np.where(np.tril(np.ones(scores.shape[-2:], dtype=bool)), scores, -np.inf)\n"
        "    if mask is None:\n",
    ),
)
scaled_dot_product.misconception(
    "averages_the_keys",
    edit=("weights @ v, weights", "weights @ k, weights"),
    message="The output is a weighted average of the keys; the values are never used.",
    question="What does a key do, and what does a value do?",
)
scaled_dot_product.misconception(
    "weights_before_output",
    edit=("weights @ v, weights", "weights, weights @ v"),
    message="The pair is the wrong way round: first the output, then the weights.",
    question="What does the caller unpack first?",
)
scaled_dot_product.misconception(
    "transposes_every_axis",
    edit=("k.swapaxes(-1, -2)", "k.T"),
    message="k.T reverses all axes of k; with a batch in front, only the last two are to change places.",
    question="Which shape has the .T of an array of shape (batch, time, width)?",
)
scaled_dot_product.misconception(
    "changes_its_inputs",
    edit=(f"    scores = q @ k.swapaxes(-1, -2) / {ROOT}", f"    q /= {ROOT}\n    scores = q @ k.swapaxes(-1, -2)"),
    message="The queries are scaled in place, so the caller's array changes.",
    question="What is the difference between `q = q / c` and `q /= c` for the caller of the function?",
)

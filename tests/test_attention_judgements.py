"""The judgements of chapter 1 accept right programs of any structure and reject wrong ones.

RIGHT and BASE hold solutions written independently of the reference, WRONG mistakes that no misconception names.
"""

import pytest

from autograder.catalog import exercise_named, judgement_of
from autograder.kernel import trusted_submission
from autograder.trial import run_check

SEEDS = range(1, 9)

SOFTMAX = "attention.softmax"
MASK = "attention.causal_mask"
ATTENTION = "attention.scaled_dot_product_attention"
HEADS = "attention.split_and_merge_heads"
POSITIONS = "attention.sinusoidal_positions"

RIGHT = {
    (SOFTMAX, "Python numbers, slice by slice"): """
import math

def softmax(x, axis=-1):
    def one(slice_):
        numbers = [float(value) for value in slice_]
        top = max(numbers)
        powers = [math.exp(value - top) for value in numbers]
        return [power / math.fsum(powers) for power in powers]
    return np.apply_along_axis(one, axis, x).astype(x.dtype)
""",
    (SOFTMAX, "exp of the difference from the log of the sum"): """
def softmax(x, axis=-1):
    top = np.amax(x, axis=axis, keepdims=True)
    return np.exp(x - (top + np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True))))
""",
    (SOFTMAX, "logaddexp"): """
def softmax(x, axis=-1):
    return np.exp(x - np.logaddexp.reduce(x, axis=axis, keepdims=True))
""",
    (SOFTMAX, "rows of a matrix, in at least single precision"): """
def softmax(x, axis=-1):
    moved = np.moveaxis(x, axis, -1)
    rows = moved.reshape(-1, moved.shape[-1]).astype(np.result_type(x.dtype, np.float32))
    out = np.empty_like(rows)
    for index, row in enumerate(rows):
        powers = np.exp(row - row.max())
        out[index] = powers / powers.sum()
    return np.moveaxis(out.reshape(moved.shape), -1, axis).astype(x.dtype)
""",
    (SOFTMAX, "one over the sum of exponentials of differences"): """
def softmax(x, axis=-1):
    last = np.swapaxes(x, axis, -1).astype(np.float64)
    out = np.empty(last.shape)
    with np.errstate(over="ignore", invalid="ignore"):
        for i in range(last.shape[-1]):
            here = last[..., i : i + 1]
            out[..., i] = np.where(here[..., 0] == -np.inf, 0, 1 / np.exp(last - here).sum(-1))
    return np.swapaxes(out, axis, -1).astype(x.dtype)
""",
    (MASK, "comparison of indices"): """
def causal_mask(time):
    i = np.arange(time)
    return i[:, None] >= i
""",
    (MASK, "loops"): """
def causal_mask(time):
    return np.array([[j <= i for j in range(time)] for i in range(time)])
""",
    (MASK, "a running count of the diagonal"): """
def causal_mask(time):
    return np.eye(time).cumsum(axis=0).astype(bool)
""",
    (MASK, "what is not above the diagonal"): """
def causal_mask(time):
    return ~np.triu(np.full((time, time), True), 1)
""",
    (ATTENTION, "Python numbers"): """
import math

def scaled_dot_product_attention(q, k, v, mask=None):
    lead, tq, tk, dk, dv = q.shape[:-2], q.shape[-2], k.shape[-2], q.shape[-1], v.shape[-1]
    allowed = np.ones((*lead, tq, tk), bool) if mask is None else np.broadcast_to(mask, (*lead, tq, tk))
    output, weights = np.zeros((*lead, tq, dv), q.dtype), np.zeros((*lead, tq, tk), q.dtype)
    for b in np.ndindex(*lead):
        for i in range(tq):
            keys = [j for j in range(tk) if allowed[b][i][j]]
            score = {j: sum(float(q[b][i][c]) * float(k[b][j][c]) for c in range(dk)) / math.sqrt(dk) for j in keys}
            powers = {j: math.exp(score[j] - max(score.values())) for j in keys}
            for j in keys:
                weights[b][i][j] = powers[j] / sum(powers.values())
            for c in range(dv):
                output[b][i][c] = sum(powers[j] / sum(powers.values()) * float(v[b][j][c]) for j in keys)
    return output, weights
""",
    (ATTENTION, "einsum and an additive mask"): """
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = np.einsum("...id,...jd->...ij", q, k) / np.sqrt(k.shape[-1])
    if mask is not None:
        scores = scores + np.where(mask, 0.0, -np.inf)
    with np.errstate(invalid="ignore"):
        powers = np.exp(scores - scores.max(-1, keepdims=True))
        weights = np.nan_to_num(powers / powers.sum(-1, keepdims=True))
    return np.einsum("...ij,...jv->...iv", weights, v), weights
""",
    (ATTENTION, "double precision inside, a low number for hidden scores"): """
def scaled_dot_product_attention(q, k, v, mask=None):
    double = [a.astype(np.float64) for a in (q, k, v)]
    scores = np.matmul(double[0], np.moveaxis(double[1], -1, -2)) * q.shape[-1] ** -0.5
    mask = np.ones(scores.shape, bool) if mask is None else np.broadcast_to(mask, scores.shape)
    scores = np.where(mask, scores, -1e30)
    weights = np.exp(scores - np.max(scores, axis=-1, keepdims=True)) * mask
    weights /= np.maximum(weights.sum(axis=-1, keepdims=True), 1e-30)
    return (weights @ double[2]).astype(q.dtype), weights.astype(q.dtype)
""",
    (ATTENTION, "one key after another, with a running maximum"): """
def scaled_dot_product_attention(q, k, v, mask=None):
    dtype = np.result_type(q.dtype, np.float32)
    lead, tq, tk = q.shape[:-2], q.shape[-2], k.shape[-2]
    allowed = np.ones((*lead, tq, tk), bool) if mask is None else np.broadcast_to(mask, (*lead, tq, tk))
    top, total = np.full((*lead, tq), -np.inf, dtype), np.zeros((*lead, tq), dtype)
    output, scores = np.zeros((*lead, tq, v.shape[-1]), dtype), np.full((*lead, tq, tk), -np.inf, dtype)
    for j in range(tk):
        score = (q * k[..., j : j + 1, :]).astype(dtype).sum(-1) / dtype.type(np.sqrt(q.shape[-1]))
        scores[..., j] = np.where(allowed[..., j], score, -np.inf)
        new = np.maximum(top, scores[..., j])
        safe = np.where(np.isinf(new), 0, new)
        shrink, power = np.exp(top - safe), np.exp(scores[..., j] - safe)
        total = total * shrink + power
        output = output * shrink[..., None] + power[..., None] * v[..., j : j + 1, :]
        top = new
    total, top = np.where(total == 0, 1, total), np.where(np.isinf(top), 0, top)
    return output / total[..., None], np.exp(scores - top[..., None]) / total[..., None]
""",
    (HEADS, "slices, head by head"): """
def split_heads(x, n_head):
    b, t, d = x.shape
    if d % n_head != 0:
        raise ValueError
    w = d // n_head
    out = np.zeros((b, n_head, t, w), dtype=x.dtype)
    for h in range(n_head):
        for c in range(w):
            out[:, h, :, c] = x[:, :, h * w + c]
    return out

def merge_heads(x):
    b, h, t, w = x.shape
    out = np.zeros((b, t, h * w), dtype=x.dtype)
    for head in range(h):
        out[:, :, head * w : (head + 1) * w] = x[:, head]
    return out
""",
    (HEADS, "split and concatenate"): """
def split_heads(x, n_head):
    return np.stack(np.split(x, n_head, axis=-1), axis=1)

def merge_heads(x):
    return np.concatenate(np.moveaxis(x, 1, 0), axis=-1)
""",
    (HEADS, "reshape that refuses, and einsum"): """
def split_heads(x, n_head):
    return np.einsum("bthd->bhtd", x.reshape(*x.shape[:2], n_head, -1))

def merge_heads(x):
    return np.einsum("bhtd->bthd", x).reshape(x.shape[0], x.shape[2], -1)
""",
    (HEADS, "indices"): """
def split_heads(x, n_head):
    width, rest = divmod(x.shape[2], n_head)
    if rest:
        raise ValueError("uneven")
    return np.moveaxis(x[:, :, np.arange(n_head)[:, None] * width + np.arange(width)], 2, 1)

def merge_heads(x):
    b, n_head, time, width = x.shape
    columns = range(n_head * width)
    return np.array([[[row[c // width, t, c % width] for c in columns] for t in range(time)] for row in x])
""",
    (POSITIONS, "loops"): """
import math

def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2 == 1:
        raise ValueError("odd")
    rows = [[0.0] * d_model for _ in range(time)]
    for t in range(time):
        for i in range(d_model // 2):
            angle = t / base ** (2 * i / d_model)
            rows[t][2 * i], rows[t][2 * i + 1] = math.sin(angle), math.cos(angle)
    return np.array(rows)
""",
    (POSITIONS, "logarithms, and a stack folded up"): """
def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model & 1:
        raise ValueError
    angles = np.outer(np.arange(time), np.exp(-np.log(base) * np.arange(d_model // 2) * 2 / d_model))
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(time, d_model)
""",
    (POSITIONS, "complex numbers"): """
def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model // 2 * 2 != d_model:
        raise ValueError
    turn = np.exp(1j * base ** -(np.arange(d_model // 2) / (d_model / 2)))
    points = turn ** np.arange(time)[:, None]
    return np.where(np.arange(d_model) % 2, np.repeat(points.real, 2, axis=1), np.repeat(points.imag, 2, axis=1))
""",
    (POSITIONS, "one step after another"): """
def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2:
        raise ValueError
    out = np.zeros((time, d_model))
    for i in range(d_model // 2):
        omega, sine, cosine = base ** (-2 * i / d_model), 0.0, 1.0
        for t in range(time):
            out[t, 2 * i : 2 * i + 2] = sine, cosine
            sine, cosine = (
                sine * np.cos(omega) + cosine * np.sin(omega),
                cosine * np.cos(omega) - sine * np.sin(omega),
            )
    return out
""",
}

BASE = {
    SOFTMAX: """
def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)
""",
    MASK: """
def causal_mask(time):
    i = np.arange(time)
    return i[:, None] >= i
""",
    ATTENTION: """
def scaled_dot_product_attention(q, k, v, mask=None):
    s = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    m = np.broadcast_to(True if mask is None else mask, s.shape)
    t = np.where(m, s, -1e300)
    e = np.exp(t - t.max(-1, keepdims=True)) * m
    w = e / np.maximum(e.sum(-1, keepdims=True), 1e-300)
    return w @ v, w
""",
    HEADS: """
def split_heads(x, n_head):
    return np.stack(np.split(x, n_head, -1), 1)

def merge_heads(x):
    return np.concatenate(np.moveaxis(x, 1, 0), -1)
""",
    POSITIONS: """
def sinusoidal_positions(time, d_model, base=10000.0):
    if d_model % 2:
        raise ValueError
    a = np.arange(time)[:, None] / base ** (np.arange(0, d_model, 2) / d_model)
    return np.stack([np.sin(a), np.cos(a)], -1).reshape(time, d_model)
""",
}

# What is changed in the program above, and into what.
WRONG = {
    (SOFTMAX, "powers of two"): ("np.exp(", "np.exp2("),
    (SOFTMAX, "the smallest number gets the largest weight"): ("x - x.max(axis, keepdims=True)", "x.min() - x"),
    (SOFTMAX, "all weight on the largest"): (
        "np.exp(x - x.max(axis, keepdims=True))",
        "(x == x.max(axis, keepdims=True))",
    ),
    (SOFTMAX, "uniform"): ("np.exp(x - x.max(axis, keepdims=True))", "np.ones_like(x)"),
    (SOFTMAX, "the euclidean norm is one"): ("e.sum(axis, keepdims=True)", "np.sqrt((e**2).sum(axis, keepdims=True))"),
    (SOFTMAX, "single precision inside"): (
        "    return e",
        "    e = e.astype(np.float32).astype(x.dtype)\n    return e",
    ),
    (SOFTMAX, "half precision result"): ("return e / ", "return e.astype(np.float16) / "),
    (SOFTMAX, "negative axes not understood"): (
        "    e = np.exp",
        "    axis = min(abs(axis), x.ndim - 1)\n    e = np.exp",
    ),
    (SOFTMAX, "-inf taken for a number"): ("    e = np.exp", "    x = np.nan_to_num(x, neginf=-50.0)\n    e = np.exp"),
    (MASK, "a block for a triangle"): ("i[:, None] >= i", "i[:, None] // 2 >= i // 2"),
    (MASK, "a window of the last four"): ("i[:, None] >= i", "(i[:, None] >= i) & (i[:, None] < i + 4)"),
    (MASK, "a list"): ("i[:, None] >= i", "(i[:, None] >= i).tolist()"),
    (MASK, "a batch axis in front"): ("i[:, None] >= i", "(i[:, None] >= i)[None]"),
    (MASK, "integers"): ("i[:, None] >= i", "(i[:, None] >= i) * 1"),
    (ATTENTION, "uniform weights"): ("np.where(m, s, -1e300)", "np.where(m, 0.0, -1e300)"),
    (ATTENTION, "all weight on the best key"): (
        "e = np.exp(t - t.max(-1, keepdims=True))",
        "e = (t == t.max(-1, keepdims=True))",
    ),
    (ATTENTION, "scores in place of weights"): ("w @ v, w", "w @ v, s"),
    (ATTENTION, "one key too few"): ("    e = np.exp", "    t[..., -1] = -1e300\n    e = np.exp"),
    (ATTENTION, "hidden in one sequence, hidden in all"): (
        "    t = np.where",
        "    m = np.broadcast_to(m.all(axis=0), s.shape) if m.ndim > 2 else m\n    t = np.where",
    ),
    (ATTENTION, "the mask of the first sequence for all"): (
        "    t = np.where",
        "    m = np.broadcast_to(m[0], s.shape) if m.ndim > 2 else m\n    t = np.where",
    ),
    (ATTENTION, "hidden values leak into the output"): ("w @ v, w", "w @ v + 1e-6 * v.sum(-2, keepdims=True), w"),
    (ATTENTION, "rows with nothing to see set to 0 in the weights only"): (
        "w @ v, w",
        "np.where(m.any(-1, keepdims=True), w @ v, v[..., :1, :]), w",
    ),
    (ATTENTION, "half precision inside"): (
        "    s = q @ k",
        "    q, k = q.astype(np.float16), k.astype(np.float16)\n    s = q @ k",
    ),
    (ATTENTION, "half precision results"): ("w @ v, w", "(w @ v).astype(np.float16), w.astype(np.float16)"),
    (HEADS, "columns of a head reversed, both ways"): (
        "n_head, -1), 1)",
        "n_head, -1), 1)[..., ::-1]",
        "merge_heads(x):",
        "merge_heads(x):\n    x = x[..., ::-1]",
    ),
    (HEADS, "positions reversed, both ways"): (
        "n_head, -1), 1)",
        "n_head, -1), 1)[:, :, ::-1]",
        "merge_heads(x):",
        "merge_heads(x):\n    x = x[:, :, ::-1]",
    ),
    (HEADS, "the first sequence for all"): ("np.split(x,", "np.split(x[:1].repeat(len(x), 0),"),
    (HEADS, "double precision always"): ("np.split(x,", "np.split(x.astype(float),"),
    (HEADS, "IndexError for uneven widths"): (
        "    return np.stack",
        "    if x.shape[-1] % n_head:\n        raise IndexError\n    return np.stack",
    ),
    (POSITIONS, "sines alone"): ("np.cos(a)", "np.sin(a)"),
    (POSITIONS, "minus the cosine"): ("np.cos(a)", "-np.cos(a)"),
    (POSITIONS, "degrees"): ("    return", "    a = np.deg2rad(a)\n    return"),
    (POSITIONS, "full turns"): ("    return", "    a = 2 * np.pi * a\n    return"),
    (POSITIONS, "angles in single precision"): ("    return", "    a = a.astype(np.float32).astype(float)\n    return"),
    (POSITIONS, "width first"): ("reshape(time, d_model)", "reshape(time, d_model).T"),
    (POSITIONS, "odd widths fall back to even ones"): ("        raise ValueError", "        d_model -= 1"),
}


def changed(exercise_id, changes):
    source = BASE[exercise_id]
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


def failed_checks(exercise_id, source, seeds):
    """(seed, check, failure) of every check that `source` fails."""
    exercise = exercise_named(exercise_id)
    submission = trusted_submission([("solution", "import numpy as np\n" + source)], exercise.defines)
    for seed in seeds:
        for check in judgement_of(exercise).checks:
            run = run_check(check, submission, seed)
            if not run.passed:
                yield seed, check.id, run.failure.detail


@pytest.mark.parametrize(("exercise_id", "how"), RIGHT)
def test_a_right_program_is_accepted_however_it_is_written(exercise_id, how):
    assert list(failed_checks(exercise_id, RIGHT[exercise_id, how], SEEDS)) == []


@pytest.mark.parametrize("exercise_id", BASE)
def test_the_program_that_mistakes_are_made_in_is_right(exercise_id):
    assert list(failed_checks(exercise_id, BASE[exercise_id], SEEDS)) == []


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("exercise_id", "how"), WRONG)
def test_a_wrong_program_is_rejected_on_every_seed(exercise_id, how):
    failed = {seed for seed, *_ in failed_checks(exercise_id, changed(exercise_id, WRONG[exercise_id, how]), SEEDS)}
    assert failed == set(SEEDS)


def test_a_coarse_dtype_buys_no_tolerance():
    averages = """
def positional_multi_head_attention(q, k, v, positions, head_dims):
    time, d_model = q.shape
    if any(sum(widths) != d_model for widths in zip(*head_dims)):
        raise ValueError
    weights = np.tril(np.ones((time, time))) / np.arange(1, time + 1)[:, None]
    output = (weights @ (v + positions)).astype(np.float16)
    ends = np.cumsum([value_dim for _, value_dim in head_dims])[:-1]
    return {
        "position_encoded_queries": q + positions,
        "attention_weights": [weights.astype(np.float16) for _ in head_dims],
        "head_outputs": np.split(output, ends, axis=1),
        "output": output,
    }
"""
    failed = list(failed_checks("attention.positional_multi_head_attention", averages, SEEDS))
    assert {seed for seed, *_ in failed} == set(SEEDS)

"""Judgement of `attention.kv_cache`: `attend_with_kv_cache` (Shazeer 2019, section 2.4).

Symbols: q, k, v (batch, n_head, time, ·) of the new positions; the cache holds "k" and "v" (batch, n_head, past, ·) of
the positions before them. New query i stands at position past + i and sees the positions 0 to past + i. The oracle
takes one query and one key at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, holds, identical
from autograder.submission import Remote, Submission

from .cached_sequence import Arrays, cached, close_cache, close_output, draw, pair, part, whole
from .scaled_dot_product import growth

kv_cache = Judgement(
    "attention.kv_cache",
    hints=(
        "Which keys does the newest position need, and which of them have you been given before? Write down the "
        "shapes of all the keys, of the new queries, and of the scores.",
        "Join first: the past, then the new, along the axis of time. The same for the values. These two arrays are "
        "already the new cache.",
        "Draw the causal mask of the whole sequence, with a row for each position. Which of its rows belong to the new "
        "queries?",
        '`k = np.concatenate([cache["k"], k], axis=2)` where there is a cache, and v likewise. The mask is '
        "`causal_mask(k.shape[2])[-q.shape[2]:]`. With one new position it is a row of True.",
    ),
)
NAME = "attend_with_kv_cache"


def steps(s: Submission, chunks: Sequence[Arrays], cache: Remote | None = None) -> list[Remote]:
    """The submission's own pairs, each call given the cache of the call before, all of it in the submission's hands."""
    pairs = []
    for chunk in chunks:
        pairs.append(s.build(NAME, *chunk, *([] if cache is None else [cache])))
        cache = pairs[-1].build("__getitem__", 1)
    return pairs


@kv_cache.check()
def without_a_cache_it_is_causal_attention(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where cache is None, the output is that of causal attention over the positions given."""
    arrays, one = draw(rng, 5), draw(rng, 1)
    for where, case, got in zip(("of five", "of one"), (arrays, one), s.each(NAME, [arrays, one]), strict=True):
        yield pair(got)
        yield from close_output(f"{where} without a cache", got[0], case, whole(case))
    yield from close_output("where cache is None", s.call(NAME, *arrays, cache=None)[0], arrays, whole(arrays))


@kv_cache.check()
def one_new_position_sees_all_the_past(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A single new query attends to every cached key and to its own."""
    cases = [draw(rng, total) for total in (2, 5)]
    calls = [(*part(case, -1), cached(case, case[0].shape[2] - 1)) for case in cases]
    for case, got in zip(cases, s.each(NAME, calls), strict=True):
        yield pair(got)
        yield from close_output("of one new position", got[0], case, whole(case)[:, :, -1:])


@kv_cache.check()
def new_positions_are_causal_among_themselves(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Of several new positions, each sees the whole past, itself and the new ones before it, and no later one."""
    cases = {past: draw(rng, total) for past, total in ((3, 5), (1, 5), (2, 4))}
    calls = [(*part(case, past), cached(case, past)) for past, case in cases.items()]
    for (past, case), got in zip(cases.items(), s.each(NAME, calls), strict=True):
        yield pair(got)
        yield from close_output("of several new positions", got[0], case, whole(case)[:, :, past:])


@kv_cache.check(weight=2)
def incremental_equals_full(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """However a sequence is cut into calls, the outputs are those of causal attention over the whole of it."""
    time = 6
    arrays = draw(rng, time)
    expected = whole(arrays)
    first, second = sorted(int(n) for n in rng.choice(np.arange(1, time), size=2, replace=False))
    for cuts in ([0, 1, 2, 3, 4, 5], [0, first, second], [0, 3]):
        ends = [*cuts[1:], time]
        chunks = [part(arrays, start, end) for start, end in zip(cuts, ends, strict=True)]
        for start, end, made in zip(cuts, ends, steps(s, chunks), strict=True):
            got = made.call("__getitem__", 0)
            yield from close_output(f"of positions {start} to {end - 1}", got, arrays, expected[:, :, start:end])


@kv_cache.check()
def the_new_cache_is_the_past_and_then_the_new(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The new cache has the keys "k" and "v" alone, and each is the past followed by the new, unchanged."""
    arrays = draw(rng, 5)
    calls = [part(arrays, 0, 2), (*part(arrays, 3), cached(arrays, 3)), (*part(arrays, 4), cached(arrays, 4))]
    for where, held, got in zip(
        ("after a first call", "after two more", "after one more"), (2, 5, 5), s.each(NAME, calls), strict=True
    ):
        yield pair(got)
        yield from close_cache(where, got[1], cached(arrays, held))
    chunks = [part(arrays, 0, 2), part(arrays, 2, 4), part(arrays, 4)]
    yield from close_cache("after three calls", steps(s, chunks)[-1].call("__getitem__", 1), cached(arrays, 5))


@kv_cache.check()
def survives_large_scores(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Scores of ±10,000 give the right output, also where the score of a later position is by far the largest."""
    q, k, v = draw(rng, 5)
    factor = 100.0 / np.sqrt(growth(q, k))
    large = [factor * q, factor * k, v]
    chosen = [np.ones_like(q), np.ones_like(k), v]
    # Key j's scores: about -10,000 in the past, and 10,000 more with every new position.
    chosen[1] *= 1e4 * np.array([-1.0, -1.0, -1.0, 0.0, 1.0])[:, None] / q.shape[-1] ** 0.5
    for where, case in (("of large scores", large), ("where later scores are larger", chosen)):
        got = s.call(NAME, *part(case, 2), cached(case, 2))[0]
        yield from close_output(where, got, case, whole(case)[:, :, 2:])


@kv_cache.check()
def works_in_any_precision_size_and_layout(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """float16 and float32, any memory layout, an empty past, one sequence, one head and widths of one work."""
    full, wide = draw(rng, 4), [np.repeat(array, 2, axis=-1) for array in draw(rng, 4)]
    cases: dict[str, tuple[int, Arrays]] = {
        "of float32": (2, [array.astype(np.float32) for array in full]),
        "of float16": (2, [(0.5 * array).astype(np.float16) for array in full]),
        "of every second column": (2, [array[..., ::2] for array in wide]),
        "after an empty past": (0, full),
        "in Fortran's order, after an empty past": (0, [np.asfortranarray(array) for array in full]),
        "of one sequence and one head": (3, [array[:1, :1] for array in full]),
        "of three heads": (2, draw(rng, 4, 1, 3)),
        "of width 1": (2, [array[..., :1] for array in full]),
    }
    calls = [(*part(case, past), cached(case, past)) for past, case in cases.values()]
    for (where, (past, case)), got in zip(cases.items(), s.each(NAME, calls), strict=True):
        yield pair(got)
        yield from close_output(where, got[0], case, whole(case)[:, :, past:])
        yield from close_cache(where, got[1], cached(case, 4))


@kv_cache.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """q, k, v, the given cache and its arrays are not changed."""
    arrays = draw(rng, 5)
    given = dict(zip("qkv", part(arrays, 3), strict=True))
    held, cache = [s.hold(array) for array in given.values()], s.hold(cached(arrays, 3))
    s.call(NAME, *held)
    s.call(NAME, *held, cache)
    for (name, array), remote in zip(given.items(), held, strict=True):
        yield holds(name, np.array_equal(remote.fetch(), array), f"the input {name} was changed")
    after = cache.fetch()
    yield identical("the keys of the given cache", sorted(after), ["k", "v"], "keys were put into the given cache")
    for name, array in cached(arrays, 3).items():
        yield identical(f'"{name}" of the given cache', after[name], array, f'"{name}" of the given cache was changed')


@kv_cache.check()
def a_cache_can_be_continued_twice(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """One cache can be continued in two ways, and None starts anew: no call disturbs what another has returned."""
    arrays = draw(rng, 5)
    other = [rng.standard_normal(array.shape) for array in arrays]
    joined = [np.concatenate([a[:, :, :3], b[:, :, 3:]], axis=2) for a, b in zip(arrays, other, strict=True)]
    [start] = steps(s, [part(arrays, 0, 3)])
    cache = start.build("__getitem__", 1)
    one, two = (steps(s, [part(case, 3)], cache)[0] for case in (arrays, joined))
    [anew] = steps(s, [part(other, 0, 2)])
    for where, made, case, first, last in (
        ("of the first continuation", one, arrays, 3, 5),
        ("of the second continuation", two, joined, 3, 5),
        ("of another sequence", anew, [array[:, :, :2] for array in other], 0, 2),
        ("of what was continued", start, arrays, 0, 3),
    ):
        output, held = made.fetch()
        yield from close_output(where, output, case, whole(case)[:, :, first:last])
        yield from close_cache(where, held, cached(case, last))


JOIN = "np.concatenate([cache[name], new], axis=2)"
MASK = "np.arange(key_time) <= np.arange(key_time - query_time, key_time)[:, None]"
WITHOUT_ITSELF = "np.tril(np.ones((query_time, key_time), dtype=bool), k=key_time - query_time - 1)"
ATTEND = "scaled_dot_product_attention(q, k, v, mask)"
RETURN = 'return output, {"k": k, "v": v}'


def cache_of(how: str) -> tuple[str, str]:
    """The edit that returns another cache; {x} in `how` stands for k and for v."""
    return RETURN, f'return output, {{"k": {how.format(x="k")}, "v": {how.format(x="v")}}}'


kv_cache.misconception(
    "mask_lined_up_with_the_first_key",
    edit=(MASK, "causal_mask(key_time)[:query_time]"),
    message="The new queries get the first rows of the causal mask, as if they stood at the start of the sequence: a "
    "single new query sees key 0 alone, and its output is the first value.",
    question="Ten positions are cached and one is new. How many keys may the new query see?",
)
kv_cache.misconception(
    "no_causal_mask",
    edit=(MASK, "None"),
    message="Nothing is hidden: where several positions come in one call, they see those that come after them.",
    question="When a prompt of five positions comes in one call, what may the first of them see?",
)
kv_cache.misconception(
    "no_mask_with_a_cache",
    edit=(MASK, f"{MASK} if cache is None else None"),
    message="With a cache nothing is hidden. That is right for one new position; of several, each sees the later ones.",
    question="Which of three new positions may see all three of them?",
)
kv_cache.misconception(
    "does_not_see_itself",
    edit=(MASK, WITHOUT_ITSELF),
    message="A new position does not see itself: the mask is off by one.",
    question="May position i attend to position i?",
)
for first in ("np.nan", "v.mean(axis=2, keepdims=True)"):  # of its softmax over nothing, which ours takes to be 0
    kv_cache.another_form(
        "does_not_see_itself",
        edits=(
            (MASK, WITHOUT_ITSELF),
            (ATTEND, f"{ATTEND}\n    output = np.where(mask.any(axis=-1, keepdims=True), output, {first})"),
        ),
    )
kv_cache.misconception(
    "sees_the_next_position",
    edit=(MASK, "np.tril(np.ones((query_time, key_time), dtype=bool), k=key_time - query_time + 1)"),
    message="A new position sees the one after it: the mask is off by one.",
    question="With p cached positions, what is the last key that new query 0 may see?",
)
kv_cache.misconception(
    "new_positions_do_not_see_each_other",
    edit=(
        MASK,
        "np.hstack([np.ones((query_time, key_time - query_time), dtype=bool), np.eye(query_time, dtype=bool)])",
    ),
    message="A new position sees the past and itself, but not the new positions before it.",
    question="Does it matter to the third position whether the second came in the same call or in an earlier one?",
)
kv_cache.misconception(
    "sees_the_past_only",
    edit=(ATTEND, f'{ATTEND} if cache is None else scaled_dot_product_attention(q, cache["k"], cache["v"])'),
    message="With a cache, the new queries attend to the cached keys alone; the new keys are added too late.",
    question="May a position attend to itself, and is its key in the cache that you attend to?",
)
kv_cache.misconception(
    "sees_the_new_only",
    edit=(
        ATTEND,
        "scaled_dot_product_attention(q, k[:, :, -query_time:], v[:, :, -query_time:], causal_mask(query_time))",
    ),
    message="The cache grows, but the new queries attend to the new keys alone.",
    question="What does the model remember of the prompt when it writes the next word?",
)
kv_cache.misconception(
    "new_positions_in_front",
    edit=(JOIN, "np.concatenate([new, cache[name]], axis=2)"),
    message="The new keys and values are put in front of the past: the cache is not in the order of the sequence.",
    question="In which order did the positions of the cache come?",
)
kv_cache.another_form("new_positions_in_front", edit=cache_of("np.roll({x}, query_time, axis=2)"))
kv_cache.misconception(
    "forgets_earlier_calls",
    edit=cache_of("{x}[:, :, -query_time:]"),
    message="The new cache holds the keys and values of this call alone; those of the calls before are lost.",
    question="How many positions does the cache hold after calls with 3, 1 and 1 of them?",
)
kv_cache.misconception(
    "the_cache_does_not_grow",
    edit=(RETURN, 'return output, {"k": k, "v": v} if cache is None else cache'),
    message="With a cache, the same cache comes back: the new keys and values are not in it.",
    question="What does the call after this one need to know about the positions of this call?",
)
kv_cache.misconception(
    "drops_the_oldest",
    edits=(
        (
            "    if cache is not None:\n",
            "    past = k.shape[2] if cache is None else max(cache['k'].shape[2], 1)\n    if cache is not None:\n",
        ),
        cache_of("{x}[:, :, -past:]"),
    ),
    message="The new cache is as long as the given one: each new position pushes the oldest one out.",
    question="Which positions may the last one of a sequence see?",
)
kv_cache.misconception(
    "adds_the_past_again",
    edit=cache_of('{x} if cache is None else np.concatenate([cache["{x}"], {x}], axis=2)'),
    message="The past is added to the cache a second time, so it grows by more than the new positions.",
    question="How many positions does the cache hold after calls with 3, 1 and 1 of them?",
)
kv_cache.misconception(
    "changes_the_given_cache",
    edit=(RETURN, "cache = {} if cache is None else cache\n    cache.update(k=k, v=v)\n    return output, cache"),
    message="The given cache is changed and returned. Whoever wants to continue it in another way cannot.",
    question="Two answers to one prompt are to be sampled from the same cache. What does the second one start from?",
)
kv_cache.another_form(
    "changes_the_given_cache", edit=(RETURN, f"if cache is not None:\n        cache.update(k=k, v=v)\n    {RETURN}")
)
kv_cache.misconception(
    "remembers_between_calls",
    edits=(
        ("cache: dict | None = None", "cache: dict | None = {}"),
        ("    if cache is not None:", "    cache = {} if cache is None else cache\n    if cache:"),
        (RETURN, "cache.update(k=k, v=v)\n    return output, cache"),
    ),
    message="The default of `cache` is a dict that every call shares: a new sequence starts with the past of another.",
    question="How often does Python evaluate the default of an argument?",
)
kv_cache.misconception(
    "keys_and_values_swapped",
    edit=(RETURN, 'return output, {"k": v, "v": k}'),
    message='The new cache holds the values as "k" and the keys as "v".',
    question="What does the next call read from the cache as its keys?",
)
kv_cache.another_form(
    "keys_and_values_swapped",
    edits=(
        ('(("k", k), ("v", v))', '(("v", k), ("k", v))'),
        (RETURN, 'return output, {"k": v, "v": k}'),
    ),
)
kv_cache.misconception(
    "caches_the_queries",
    edit=(
        RETURN,
        'past = key_time - query_time\n    return output, {"k": np.concatenate([k[:, :, :past], q], axis=2), "v": v}',
    ),
    message='The queries are cached as "k". A query is used once, by its own position; keys are needed again.',
    question="Which of q, k and v of an old position does a new position look at?",
)
kv_cache.misconception(
    "joins_without_an_axis",
    edit=(JOIN, "np.append(cache[name], new).reshape(*new.shape[:2], -1, new.shape[3])"),
    message="Past and new are flattened, joined and reshaped, which mixes heads and sequences.",
    question="In memory, what follows the last cached key of head 0: its new key, or head 1?",
)
kv_cache.misconception(
    "one_past_for_all_sequences",
    edit=(JOIN, JOIN.replace("cache[name]", "np.repeat(cache[name][:1], len(new), axis=0)")),
    message="Every sequence of the batch gets the past of the first one.",
    question="Which sequence wrote the keys that sequence 1 attends to?",
)
kv_cache.misconception(
    "returns_the_last_output_only",
    edit=(RETURN, RETURN.replace("output", "output[:, :, -1:]")),
    message="Only the last position has an output; every new one is to have its own.",
    question="What shape has the output of a call with three new positions?",
)
kv_cache.another_form("returns_the_last_output_only", edit=(RETURN, RETURN.replace("output", "output[:, :, -1]")))
kv_cache.misconception(
    "no_scaling",
    edit=(ATTEND, ATTEND.replace("(q", "(q * q.shape[-1] ** 0.5")),
    message="The scores are not divided by the square root of the key width, so wide queries attend too sharply.",
    question="How does the variance of a dot product of two random vectors grow with their length?",
)
kv_cache.misconception(
    "another_dtype_in_the_cache",
    edit=cache_of("{x}.astype(np.float64)"),
    message="The cache is kept in double precision whatever the inputs are: it takes more memory than it need.",
    question="What does most of the memory hold while a long text is generated?",
)
kv_cache.misconception(
    "the_cache_is_a_pair",
    edit=(RETURN, "return output, (k, v)"),
    message='The new cache is not a dict with "k" and "v", so it cannot be given to the next call.',
    question="In what form does the next call expect its cache?",
)
for reads in ('cache["kv".index(name)]', '[*cache]["kv".index(name)]'):
    kv_cache.another_form("the_cache_is_a_pair", edits=(("cache[name]", reads), (RETURN, "return output, (k, v)")))
kv_cache.misconception(
    "changes_its_inputs",
    edits=(
        ("query_time, key_time =", "q *= q.shape[-1] ** -0.5\n    query_time, key_time ="),
        (ATTEND, ATTEND.replace("(q", "(q * q.shape[-1] ** 0.5")),
    ),
    message="The queries are scaled in place, so the caller's array changes.",
    question="What is the difference between `q = q / c` and `q /= c` for the caller of the function?",
)

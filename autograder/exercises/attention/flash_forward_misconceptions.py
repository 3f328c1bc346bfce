"""What goes wrong in `attention.flash_attention_forward`: its misconceptions, as edits of the reference."""

from __future__ import annotations

from autograder.exercise import Judgement

INIT = "np.full((len(queries), 1), -np.inf)"
MAXIMUM = "np.maximum(maximum, scores.max(axis=1, keepdims=True))"
VISIBLE = "positions[rows, None] >= positions[columns]"
RELATIVE = "positions[: len(scores), None] >= positions[: scores.shape[1]]"
ROOT = " / head_dim**0.5"
KEYS = "range(0, rows.stop if causal else key_time, block_size)"
SUM = "rescale * total + exponentials.sum(axis=1, keepdims=True)"
VALUES = "rescale * weighted + exponentials @ v[columns]"
REFUSE = """    if causal and query_time != key_time:
        raise ValueError(f"causal, but {query_time} queries and {key_time} keys: which of them are at one position?")
"""
START = "    (query_time, head_dim)"
LOGSUMEXP = "(maximum + np.log(total)).ravel()"


def add_misconceptions(judgement: Judgement) -> None:
    """Register them all."""
    judgement.misconception(
        "output_not_rescaled",
        edit=(VALUES, VALUES.removeprefix("rescale * ")),
        message="When the maximum moves, the weighted sum of the values so far is not multiplied by exp(old − new).",
        question="Relative to which maximum are the exponentials that are already in the sum?",
    )
    judgement.misconception(
        "sum_not_rescaled",
        edit=(SUM, SUM.removeprefix("rescale * ")),
        message="When the maximum moves, the sum of the exponentials so far is not multiplied by exp(old − new).",
        question="Which two sums hold exponentials relative to the old maximum?",
    )
    judgement.misconception(
        "nothing_rescaled",
        edits=((SUM, SUM.removeprefix("rescale * ")), (VALUES, VALUES.removeprefix("rescale * "))),
        message="The maximum moves from tile to tile, and what was summed so far stays relative to the old one.",
        question="By which factor does exp(score − maximum) change when the maximum grows by 3?",
    )
    judgement.misconception(
        "rescaled_the_wrong_way",
        edit=("np.exp(previous - maximum)", "np.exp(np.where(np.isinf(previous), previous, maximum - previous))"),
        message="The sums so far are multiplied by exp(new − old); that makes them grow when the maximum grows.",
        question="A larger maximum is subtracted: do the terms of the sum grow or shrink?",
    )
    judgement.another_form("rescaled_the_wrong_way", edit=("np.exp(previous - maximum)", "np.exp(maximum - previous)"))
    judgement.misconception(
        "averages_the_tiles",
        edits=(
            ("np.exp(scores - maximum)", "np.exp(scores - scores.max(axis=1, keepdims=True))"),
            ("np.exp(previous - maximum)", "1.0"),
            (SUM, "total + 1.0"),
            ("exponentials @ v[columns]", "exponentials / exponentials.sum(axis=1, keepdims=True) @ v[columns]"),
        ),
        message="Each tile has a softmax of its own; the tiles' outputs are averaged as if all tiles weighed the same.",
        question="If all keys of one tile fit badly, how much should that tile's values count?",
    )
    judgement.misconception(
        "adds_up_the_tiles",
        edits=(
            ("np.exp(scores - maximum)", "np.exp(scores - scores.max(axis=1, keepdims=True))"),
            ("np.exp(previous - maximum)", "1.0"),
            ("exponentials @ v[columns]", "exponentials / exponentials.sum(axis=1, keepdims=True) @ v[columns]"),
            ("weighted / total", "weighted"),
        ),
        message="Each tile has a softmax of its own, and the tiles' outputs are added up.",
        question="What do a query's weights over all keys sum to?",
    )
    judgement.misconception(
        "divided_in_every_tile",
        edits=((VALUES, f"({VALUES}) / total"), ("weighted / total", "weighted")),
        message="The output is divided by the running sum in every tile: what came first is divided again and again.",
        question="When is the sum complete?",
    )
    judgement.misconception(
        "not_divided",
        edit=("weighted / total", "weighted"),
        message="The output is not divided by the sum of the exponentials.",
        question="What must the weights of a query sum to?",
    )
    judgement.misconception(
        "overflows",
        edit=(MAXIMUM, "np.zeros_like(maximum)"),
        message="No maximum is subtracted: exp overflows for large scores, and for low ones every exponential is 0.",
        question="What can be subtracted from all scores of a query without changing its weights?",
    )
    judgement.misconception(
        "maximum_starts_at_zero",
        edit=(INIT, INIT.replace("-np.inf", "0.0")),
        message="The running maximum starts at 0, so it never falls below 0: where all scores are low, every exp is 0.",
        question="Which number is below every score?",
    )
    judgement.misconception(
        "maximum_of_the_first_tile",
        edit=(MAXIMUM, MAXIMUM.replace("np.maximum(maximum, ", "np.where(np.isfinite(maximum), maximum, ")),
        message="The maximum of the first tile is kept for all tiles: a later, larger score overflows.",
        question="What is exp(score − maximum) when the score is 2000 above the maximum?",
    )
    judgement.misconception(
        "maximum_of_the_tile",
        edit=(MAXIMUM, "scores.max(axis=1, keepdims=True)"),
        message="Each tile brings a maximum of its own, maybe lower than the last: then exp(old − new) overflows.",
        question="Over which scores must the maximum be taken, for no exponent ever to be positive?",
    )
    judgement.misconception(
        "one_maximum_for_all_queries",
        edit=("scores.max(axis=1, keepdims=True)", "scores.max()"),
        message="One maximum serves all queries of a tile: one whose scores lie far below it loses all its weights.",
        question="Which number must be subtracted from a query's scores for its largest exponential to be 1?",
    )
    judgement.misconception(
        "leftover_keys_dropped",
        edit=(KEYS, "range(0, (start + len(queries) if causal else key_time) - block_size + 1, block_size)"),
        message="Only full tiles of keys are read: the keys behind the last full tile are left out.",
        question="With 11 keys and tiles of 4, how many tiles are there, and how large is the last?",
    )
    judgement.another_form("leftover_keys_dropped", edit=(KEYS, "range(0, key_time - block_size + 1, block_size)"))
    judgement.misconception(
        "leftover_queries_dropped",
        edits=(
            ("np.empty((query_time, value_dim)", "np.zeros((query_time, value_dim)"),
            ("np.empty(query_time", "np.zeros(query_time"),
            ("range(0, query_time, block_size)", "range(0, query_time - block_size + 1, block_size)"),
        ),
        message="Only full tiles of queries are computed: the queries behind the last full tile get no output.",
        question="With 11 queries and tiles of 4, how many tiles are there, and how large is the last?",
    )
    judgement.misconception(
        "mask_relative_to_the_tile",
        edit=(VISIBLE, RELATIVE),
        message="The causal mask counts rows and columns within the tile: every tile hides its own upper half.",
        question="In the tile of queries 8 to 11 and keys 0 to 3, which scores are hidden?",
    )
    judgement.another_form(
        "mask_relative_to_the_tile", edits=((VISIBLE, RELATIVE), (KEYS, "range(0, key_time, block_size)"))
    )
    judgement.misconception(
        "diagonal_tile_not_masked",
        edit=(VISIBLE, "scores > -np.inf"),
        message="Tiles are seen or hidden as a whole: within the tile on the diagonal, queries see later keys.",
        question="In the tile of queries 4 to 7 and keys 4 to 7, may query 4 see key 6?",
    )
    judgement.misconception(
        "sees_the_future",
        edits=((KEYS, "range(0, key_time, block_size)"), ("if causal:", "if False:")),
        message="The argument causal has no effect: every query sees every key.",
        question="Which keys may query 0 see when causal is True?",
    )
    judgement.misconception(
        "hides_itself",
        edits=(
            (VISIBLE, VISIBLE.replace(">=", ">")),
            ("-np.inf)\n            previous", "-1e30)\n            previous"),
        ),
        message="A position cannot see itself: the mask is strict where j ≤ i is asked for.",
        question="Which keys are left for the query at position 0?",
    )
    judgement.another_form("hides_itself", edit=(VISIBLE, VISIBLE.replace(">=", ">")))
    # A query that sees nothing, caught: its output is 0.
    judgement.another_form(
        "hides_itself",
        edits=(
            (VISIBLE, VISIBLE.replace(">=", ">")),
            ("np.exp(scores - maximum)", "np.exp(scores - np.maximum(maximum, -1e300))"),
            ("np.exp(previous - maximum)", "np.exp(previous - np.maximum(maximum, -1e300))"),
            ("weighted / total", "weighted / np.where(total > 0, total, 1)"),
            ("np.log(total)", "np.log(np.where(total > 0, total, 1))"),
        ),
    )
    judgement.misconception(
        "mask_reversed",
        edits=((KEYS, "range(start if causal else 0, key_time, block_size)"), (VISIBLE, VISIBLE.replace(">=", "<="))),
        message="The causal mask is the wrong way round: a query sees itself and the future, and not the past.",
        question="In scores[i, j], which index is the query's position, and which j may it see?",
    )
    judgement.misconception(
        "hidden_scores_merely_low",
        edit=("scores, -np.inf)", "scores, -1e3)"),
        message="Hidden scores are set to a number that is low but not below every score.",
        question="What happens where the visible scores are lower still?",
    )
    for low in ("-1e3", "-1e4", "0.0"):
        hidden = ("scores, -np.inf)", f"scores, {low})")
        judgement.another_form("hidden_scores_merely_low", edit=hidden)
        judgement.another_form("hidden_scores_merely_low", edits=(hidden, (KEYS, "range(0, key_time, block_size)")))
    judgement.misconception(
        "no_scaling",
        edit=(ROOT, ""),
        message="The scores are not divided by the square root of the key width.",
        question="How does the variance of a dot product of two random vectors grow with their length?",
    )
    judgement.misconception(
        "divides_by_head_dim",
        edit=(ROOT, " / head_dim"),
        message="The scores are divided by the key width instead of its square root.",
        question="Which power of the width brings the standard deviation of a dot product back to one?",
    )
    judgement.misconception(
        "scales_by_value_width",
        edit=(ROOT, " / value_dim**0.5"),
        message="The scores are scaled by the width of the values; the dot product runs over the width of the keys.",
        question="Over how many terms does the dot product of a query and a key sum?",
    )
    judgement.misconception(
        "logsumexp_without_the_maximum",
        edit=(LOGSUMEXP, "np.log(total).ravel()"),
        message="The logsumexp lacks the maximum: it is the logarithm of a sum relative to the maximum.",
        question="Σ exp(s) is exp(m) times Σ exp(s − m). What is its logarithm?",
    )
    judgement.misconception(
        "logsumexp_in_bits",
        edit=("np.log(total)", "np.log2(total)"),
        message="The logarithm has base 2; the backward pass takes exp of the logsumexp, so it must have base e.",
        question="Which logarithm does exp undo?",
    )
    judgement.another_form("logsumexp_in_bits", edit=(LOGSUMEXP, f"{LOGSUMEXP} / np.log(2)"))
    judgement.misconception(
        "sum_for_logsumexp",
        edit=(LOGSUMEXP, "total.ravel()"),
        message="The sum of the exponentials is returned in place of the logsumexp.",
        question="Could the backward pass compute the weights from that sum alone?",
    )
    judgement.another_form("sum_for_logsumexp", edit=(LOGSUMEXP, "(np.exp(maximum) * total).ravel()"))
    judgement.misconception(
        "maximum_for_logsumexp",
        edit=(LOGSUMEXP, "maximum.ravel()"),
        message="The largest score is returned in place of the logsumexp.",
        question="How many keys contribute to Σ exp(score)?",
    )
    judgement.misconception(
        "causal_of_unequal_lengths",
        edit=(REFUSE, ""),
        message="With causal=True, more keys than queries, or fewer, are accepted; it is left open which fit together.",
        question="With 2 queries and 5 keys, is query 0 at position 0, or at position 3?",
    )
    judgement.misconception(
        "always_double_precision",
        edits=(
            ("np.empty((query_time, value_dim), dtype=q.dtype)", "np.empty((query_time, value_dim))"),
            ("np.empty(query_time, dtype=q.dtype)", "np.empty(query_time)"),
        ),
        message="The results are float64 whatever the dtype of the inputs.",
        question="Which dtype has np.zeros(5)?",
    )
    judgement.misconception(
        "holds_all_scores",
        edit=(START, f"    block_size = max(len(q), len(k))\n{START}"),
        message="All scores are there at once: the result is right, but memory grows with the square of the length.",
        question="How much memory do the scores of 100,000 positions take?",
    )
    judgement.misconception(
        "holds_rows_of_all_keys",
        edits=((KEYS, "range(1)"), ("slice(key_start, key_start + block_size)", "slice(0, key_time)")),
        message="A tile of queries meets all keys at once; the keys must come in tiles too.",
        question="Can a query's output be begun before its last key is known?",
    )
    judgement.misconception(
        "reads_all_keys_of_a_query",
        edits=(
            ("range(0, query_time, block_size)", "range(query_time)"),
            ("slice(start, start + block_size)", "slice(start, start + 1)"),
            (KEYS, "range(1)"),
            ("slice(key_start, key_start + block_size)", "slice(0, rows.stop if causal else key_time)"),
        ),
        message="One query at a time meets all its keys at once: a softmax as ever, and no online one.",
        question="What would you keep of the first half of the keys if the second half did not fit into memory?",
    )
    judgement.misconception(
        "holds_columns_of_all_queries",
        edits=(
            ("range(0, query_time, block_size)", "range(1)"),
            ("slice(start, start + block_size)", "slice(0, query_time)"),
        ),
        message="All queries meet a tile of keys at once; the queries must come in tiles too.",
        question="Does one query's output depend on another query?",
    )
    judgement.misconception(
        "holds_the_whole_mask",
        edits=(
            (START, f"    mask = np.tri(len(q), len(k), dtype=bool)\n{START}"),
            (VISIBLE, "mask[rows, columns]"),
        ),
        message="The causal mask of the whole sequence is built; it has as many entries as there are scores.",
        question="From the positions of a tile's first query and first key alone, which of its scores are hidden?",
    )
    for mask in ("np.tril(np.ones((len(q), len(k))))", "np.tril(np.ones((len(q), len(k)))) if causal else None"):
        judgement.another_form(
            "holds_the_whole_mask", edits=((START, f"    mask = {mask}\n{START}"), (VISIBLE, "mask[rows, columns]"))
        )

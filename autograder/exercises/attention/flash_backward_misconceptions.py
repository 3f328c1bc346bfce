"""What goes wrong in `attention.flash_attention_backward`: its misconceptions, as edits of the reference."""

from __future__ import annotations

from autograder.exercise import Judgement

SCALE = "q.shape[1] ** -0.5"
ROW_TERM = "(grad_output * output).sum(axis=1, keepdims=True)"
VISIBLE = "positions[rows, None] >= positions[columns]"
RELATIVE = "positions[: len(scores), None] >= positions[: scores.shape[1]]"
QUERIES = "range(key_start if causal else 0, len(q), block_size)"
WEIGHTS = "np.exp(scores - logsumexp[rows, None])"
SOFTMAX = "weights * (grad_weights - row_term[rows])"
START = "    scale = q.shape"


def add_misconceptions(judgement: Judgement) -> None:
    """Register them all."""
    judgement.misconception(
        "row_term_missing",
        edit=(SOFTMAX, "weights * grad_weights"),
        message="The row term is missing: the softmax is treated as if each weight depended on its own score alone.",
        question="When one score of a query rises, what happens to the query's other weights?",
    )
    judgement.misconception(
        "row_term_added",
        edit=("(grad_weights - row_term", "(grad_weights + row_term"),
        message="The row term is added; the gradient of a softmax subtracts it.",
        question="If all weights of a query have the same gradient, what must the gradient of its scores be?",
    )
    judgement.misconception(
        "row_term_of_the_tile",
        edit=("row_term[rows])", "(weights * grad_weights).sum(axis=1, keepdims=True))"),
        message="The row term sums over the keys of one tile; the softmax runs over all keys of the query.",
        question="Which product of two rows equals Σⱼ weights · grad_weights over all keys?",
    )
    judgement.misconception(
        "row_term_over_queries",
        edit=("row_term[rows])", "(weights * grad_weights).sum(axis=0))"),
        message="The sum runs over the queries of a tile; a row term belongs to one query and sums over its keys.",
        question="Whose weights sum to one: those of a query or those of a key?",
    )
    judgement.misconception(
        "row_term_without_the_gradient",
        edit=(ROW_TERM, "(output * output).sum(axis=1, keepdims=True)"),
        message="The row term is output · output; one of the two must be the gradient that comes from above.",
        question="Is the row term of a query to change when grad_output doubles?",
    )
    judgement.misconception(
        "softmax_like_a_sigmoid",
        edit=(SOFTMAX, "weights * (1 - weights) * grad_weights"),
        message="weights · (1 − weights) is the derivative of a weight with respect to its own score only.",
        question="Does a weight depend on the scores of the other keys?",
    )
    judgement.misconception(
        "gradients_not_scaled",
        edits=(("scale * grad_scores @", "grad_scores @"), ("scale * grad_scores.T", "grad_scores.T")),
        message="The gradients for q and k, or one of them, lack 1/√head_dim, by which the scores were scaled.",
        question="scores = q kᵀ / √head_dim. What is the derivative of a score with respect to an entry of q?",
    )
    judgement.another_form("gradients_not_scaled", edit=("scale * grad_scores @", "grad_scores @"))
    judgement.another_form("gradients_not_scaled", edit=("scale * grad_scores.T", "grad_scores.T"))
    judgement.misconception(
        "scaled_twice",
        edits=(
            ("scale * grad_scores @", "scale**2 * grad_scores @"),
            ("scale * grad_scores.T", "scale**2 * grad_scores.T"),
        ),
        message="The gradients for q and k, or one of them, are scaled by 1/√head_dim twice.",
        question="How often does the factor stand in the formula of the scores?",
    )
    judgement.another_form("scaled_twice", edit=("scale * grad_scores.T", "scale**2 * grad_scores.T"))
    judgement.misconception(
        "scores_not_scaled",
        edit=("scores = scale * q", "scores = q"),
        message="The scores are computed anew without 1/√head_dim, so they do not fit the logsumexp.",
        question="From which scores did the forward pass compute the logsumexp?",
    )
    judgement.misconception(
        "scales_by_value_width",
        edit=(SCALE, "v.shape[1] ** -0.5"),
        message="The scores are scaled by the width of the values; the dot product runs over the width of the keys.",
        question="Over how many terms does the dot product of a query and a key sum?",
    )
    judgement.misconception(
        "grad_k_not_transposed",
        edit=("scale * grad_scores.T @ q", "scale * grad_scores @ q"),
        message="For grad_k the gradient of the scores is not transposed: sums run over keys and not over queries.",
        question="Which queries contribute to the gradient of one key?",
    )
    judgement.another_form(
        "grad_k_not_transposed",
        edit=("grad_k[columns] += scale * grad_scores.T @ q[rows]", "grad_k[rows] += scale * grad_scores @ q[columns]"),
    )
    judgement.misconception(
        "grad_v_not_transposed",
        edit=("weights.T @ grad_output", "weights @ grad_output"),
        message="For grad_v the weights are not transposed: sums run over the keys, and not over the queries.",
        question="Which queries did a value contribute to, and with which weights?",
    )
    judgement.another_form(
        "grad_v_not_transposed",
        edit=("grad_v[columns] += weights.T @ grad_output[rows]", "grad_v[rows] += weights @ grad_output[columns]"),
    )
    judgement.misconception(
        "grad_q_overwritten",
        edit=("grad_q[rows] +=", "grad_q[rows] ="),
        message="grad_q is overwritten by each tile of keys; only the last one's share stays.",
        question="How many tiles of keys does one query meet?",
    )
    judgement.misconception(
        "grad_k_and_grad_v_overwritten",
        edits=(("grad_k[columns] +=", "grad_k[columns] ="), ("grad_v[columns] +=", "grad_v[columns] =")),
        message="grad_k, grad_v or both are overwritten by each tile of queries; only the last one's share stays.",
        question="How many tiles of queries does one key meet?",
    )
    judgement.another_form("grad_k_and_grad_v_overwritten", edit=("grad_k[columns] +=", "grad_k[columns] ="))
    judgement.another_form("grad_k_and_grad_v_overwritten", edit=("grad_v[columns] +=", "grad_v[columns] ="))
    judgement.misconception(
        "weights_not_normalised",
        edit=(WEIGHTS, "np.exp(scores)"),
        message="The logsumexp is not subtracted: exp(scores) are not weights, and large scores overflow.",
        question="What does a row of exp(scores − logsumexp) sum to over all keys?",
    )
    judgement.misconception(
        "softmax_of_the_tile",
        edit=(WEIGHTS, "np.exp(scores)\n            weights = weights / weights.sum(axis=1, keepdims=True)"),
        message="The weights of each tile sum to one, as if the tile had all keys.",
        question="Which number, given to you, makes the sum over all tiles one?",
    )
    judgement.misconception(
        "exp_of_each_part",
        edit=(WEIGHTS, "np.exp(scores) / np.exp(logsumexp[rows, None])"),
        message="exp is taken of the scores and of the logsumexp apart: each overflows for large scores.",
        question="What is exp(a) / exp(b), with one exp only?",
    )
    judgement.misconception(
        "causal_ignored",
        edits=((QUERIES, "range(0, len(q), block_size)"), ("if causal:", "if False:")),
        message="The argument causal has no effect: gradients flow from queries to later keys.",
        question="What is the weight of a hidden key, and what the gradient of its score?",
    )
    judgement.misconception(
        "mask_relative_to_the_tile",
        edit=(VISIBLE, RELATIVE),
        message="The causal mask counts rows and columns within the tile: every tile hides its own upper half.",
        question="In the tile of queries 8 to 11 and keys 0 to 3, which scores are hidden?",
    )
    judgement.another_form(
        "mask_relative_to_the_tile", edits=((VISIBLE, RELATIVE), (QUERIES, "range(0, len(q), block_size)"))
    )
    judgement.misconception(
        "diagonal_tile_not_masked",
        edit=(VISIBLE, "scores > -np.inf"),
        message="Tiles are seen or hidden as a whole: within the tile on the diagonal, gradients reach later keys.",
        question="In the tile of queries 4 to 7 and keys 4 to 7, may query 4 see key 6?",
    )
    judgement.misconception(
        "mask_after_exp",
        edits=(
            (f"np.where({VISIBLE}, scores, -np.inf)", "scores"),
            (WEIGHTS, f"{WEIGHTS} * ({VISIBLE} if causal else 1)"),
        ),
        message="Hidden weights are multiplied by 0 after exp; a large hidden score has become infinite by then.",
        question="What is inf · 0, and which score has an exp of 0?",
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
        judgement.another_form("hidden_scores_merely_low", edits=(hidden, (QUERIES, "range(0, len(q), block_size)")))
    judgement.misconception(
        "another_order",
        edit=("return grad_q, grad_k, grad_v", "return grad_v, grad_k, grad_q"),
        message="The gradients are returned in another order than grad_q, grad_k, grad_v.",
        question="In which order are the arguments?",
    )
    for order in ("kvq", "vqk", "kqv", "qvk"):
        gradients = ", ".join(f"grad_{name}" for name in order)
        judgement.another_form("another_order", edit=("return grad_q, grad_k, grad_v", f"return {gradients}"))
    judgement.misconception(
        "leftover_keys_dropped",
        edit=("range(0, len(k), block_size)", "range(0, len(k) - block_size + 1, block_size)"),
        message="Only full tiles of keys are read: the keys behind the last full tile are left out.",
        question="With 11 keys and tiles of 4, how many tiles are there, and how large is the last?",
    )
    judgement.misconception(
        "leftover_queries_dropped",
        edit=(QUERIES, "range(key_start if causal else 0, len(q) - block_size + 1, block_size)"),
        message="Only full tiles of queries are read: the queries behind the last full tile are left out.",
        question="With 11 queries and tiles of 4, how many tiles are there, and how large is the last?",
    )
    judgement.misconception(
        "always_double_precision",
        edit=(
            "np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)",
            "np.zeros(q.shape), np.zeros(k.shape), np.zeros(v.shape)",
        ),
        message="The gradients are float64 whatever the dtype of the inputs.",
        question="Which dtype has np.zeros(5)?",
    )
    judgement.misconception(
        "holds_all_weights",
        edit=(START, f"    block_size = max(len(q), len(k))\n{START}"),
        message="All weights are there at once: the result is right, but memory grows with the square of the length.",
        question="How much memory do the weights of 100,000 positions take?",
    )
    judgement.misconception(
        "holds_rows_of_all_keys",
        edits=(
            ("range(0, len(k), block_size)", "range(1)"),
            ("slice(key_start, key_start + block_size)", "slice(0, len(k))"),
        ),
        message="A tile of queries meets all keys at once; the keys must come in tiles too.",
        question="Can a query's gradient be added up from several tiles of keys?",
    )
    judgement.misconception(
        "holds_columns_of_all_queries",
        edits=((QUERIES, "range(1)"), ("slice(start, start + block_size)", "slice(0, len(q))")),
        message="All queries meet a tile of keys at once; the queries must come in tiles too.",
        question="Can a key's gradient be added up from several tiles of queries?",
    )
    judgement.misconception(
        "holds_the_whole_mask",
        edits=((START, f"    mask = np.tri(len(q), len(k), dtype=bool)\n{START}"), (VISIBLE, "mask[rows, columns]")),
        message="The causal mask of the whole sequence is built; it has as many entries as there are scores.",
        question="From the positions of a tile's first query and first key alone, which of its scores are hidden?",
    )
    for mask in ("np.tril(np.ones((len(q), len(k))))", "np.tril(np.ones((len(q), len(k)))) if causal else None"):
        judgement.another_form(
            "holds_the_whole_mask", edits=((START, f"    mask = {mask}\n{START}"), (VISIBLE, "mask[rows, columns]"))
        )

"""What goes wrong in `gpt.causal_self_attention`: its misconceptions, as edits of the reference.

The first of them are about the two functions and their mask, the next about the module's heads and weights, the last
about dropout and the cache.
"""

from __future__ import annotations

from autograder.exercise import Judgement

SOFTMAX = "scores.masked_fill(~visible, -math.inf).softmax(dim=-1)"
ROOT = " / math.sqrt(q.shape[-1])"
TRIL = ".tril(key_time - query_time)"
HEADS = "self.qkv(x).view(batch, time, 3, self.n_head, -1).permute(2, 0, 3, 1, 4)"
MERGE = "heads.transpose(1, 2).reshape(batch, time, d_model)"
LOAD = 'weights[f"{name}.{part}"] for name'
SPLIT = "(part.{} for part in self.qkv(x).split(d_model, dim=2))"


def add_misconceptions(judgement: Judgement) -> None:
    """Register them all."""
    misconception, another_form = judgement.misconception, judgement.another_form
    misconception(
        "no_scaling",
        edit=(ROOT, ""),
        message="explicit_attention does not divide the scores by the square root of the width of a head.",
        question="How does the variance of a dot product of two random vectors grow with their length?",
    )
    misconception(
        "no_square_root",
        edit=(ROOT, " / q.shape[-1]"),
        message="explicit_attention divides the scores by the width of a head instead of its square root.",
        question="Which power of the width brings the standard deviation of a dot product back to one?",
    )
    misconception(
        "scales_by_model_width",
        edit=(ROOT, " / math.sqrt(q.shape[1] * q.shape[-1])"),
        message="The scores are scaled by the width of the model; the dot product runs over the width of one head.",
        question="Over how many terms does the dot product of a query and a key of one head sum?",
    )
    misconception(
        "softmax_over_queries",
        edit=("softmax(dim=-1)", "softmax(dim=-2)"),
        message="The softmax runs over the queries: columns of the weights sum to one instead of rows.",
        question="For one query, which numbers should be a probability distribution?",
    )
    misconception(
        "no_causal_mask",
        edit=(SOFTMAX, "scores.softmax(dim=-1)"),
        message="There is no causal mask: every position sees the whole sequence, its own future included.",
        question="What could a model that is trained to predict the next token simply copy?",
    )
    open_kernel = (("is_causal=True", "is_causal=False"), ("attn_mask=visible, ", ""))
    another_form("no_causal_mask", edit=open_kernel[0])
    another_form("no_causal_mask", edits=open_kernel)
    another_form("no_causal_mask", edits=((SOFTMAX, "scores.softmax(dim=-1)"), open_kernel[0]))
    another_form("no_causal_mask", edits=((SOFTMAX, "scores.softmax(dim=-1)"), *open_kernel))
    misconception(
        "mask_hides_itself",
        edit=(TRIL, ".tril(key_time - query_time - 1)"),
        message="causal_mask hides a query's own position; only what comes after it is the future.",
        question="What is left for the first position to attend to?",
    )
    misconception(
        "mask_reversed",
        edit=(TRIL, ".triu(key_time - query_time)"),
        message="causal_mask is the wrong way round: it shows the future and hides the past.",
        question="How many keys should the last query see?",
    )
    misconception(
        "mask_forgets_the_past",
        edit=(TRIL, ".tril()"),
        message="causal_mask lines up the first query with the first key; with a past, queries are the last positions.",
        question="Ten keys and one query, the newest position: which keys may it see?",
    )
    misconception(
        "is_causal_with_a_past",
        edit=("if q.shape[2] == k.shape[2]:", "if True:"),
        message="With a past, `is_causal=True` lines up the first query with the first key, so one query sees one key.",
        question="What does is_causal mean to torch if there are fewer queries than keys?",
    )
    misconception(
        "mask_inverted",
        edit=("~visible", "visible"),
        message="The mask is used the wrong way: True means that a query may attend, so what is *not* True is hidden.",
        question="Which entries does masked_fill overwrite, those that are True or those that are False?",
    )
    another_form("mask_inverted", edit=("attn_mask=visible", "attn_mask=~visible"))
    misconception(
        "mask_after_softmax",
        edit=(SOFTMAX, "scores.softmax(dim=-1).masked_fill(~visible, 0.0)"),
        message="The mask is applied after the softmax: rows no longer sum to one, since hidden keys took their share.",
        question="What do the weights of the first position sum to?",
    )
    misconception(
        "hidden_scores_set_to_zero",
        edit=("-math.inf", "0.0"),
        message="Hidden scores are set to 0, and exp(0) is 1: hidden keys still get weight.",
        question="Which score does the softmax turn into a weight of 0?",
    )
    misconception(
        "hidden_scores_set_to_a_low_number",
        edit=("-math.inf", "-1e3"),
        message="Hidden scores are set to a low number, which is not lower than every visible one.",
        question="What happens where all visible scores are below that number?",
    )
    another_form("hidden_scores_set_to_a_low_number", edit=("-math.inf", "-1e4"))
    for low in ("1e3", "1e4"):
        another_form(
            "hidden_scores_set_to_a_low_number",
            edit=("scores.masked_fill(~visible, -math.inf)", f"(scores - {low} * ~visible)"),
        )
    misconception(
        "heads_without_transpose",
        edits=((HEADS, SPLIT.format("reshape(batch, self.n_head, time, -1)")), (MERGE, "heads.reshape(x.shape)")),
        message="Heads are made by a reshape alone: each holds a stretch of positions instead of some columns of all.",
        question="What is ∂out[T − 1]/∂x[0] in your module, and what should it be?",
    )
    another_form("heads_without_transpose", edit=(HEADS, SPLIT.format("reshape(batch, self.n_head, time, -1)")))
    misconception(
        "merged_without_transpose",
        edit=(MERGE, "heads.reshape(batch, time, d_model)"),
        message="The heads are merged by a reshape alone, so an output row holds one head at many positions.",
        question="Which two axes must be neighbours before a reshape can put the heads of one position side by side?",
    )
    misconception(
        "heads_interleaved",
        edit=(HEADS, HEADS.replace("self.n_head, -1", "-1, self.n_head").replace("0, 3, 1, 4", "0, 4, 1, 3")),
        message="Heads take every n_head-th column instead of head_dim consecutive ones.",
        question="In `view(batch, time, a, b)`, which of a and b counts neighbours?",
    )
    another_form(
        "heads_interleaved",
        edits=(
            (HEADS, HEADS.replace("self.n_head, -1", "-1, self.n_head").replace("0, 3, 1, 4", "0, 4, 1, 3")),
            (MERGE, "heads.permute(0, 2, 3, 1).reshape(batch, time, d_model)"),
        ),
    )
    misconception(
        "splits_heads_before_qkv",
        edit=(HEADS, HEADS.replace("3, self.n_head", "self.n_head, 3").replace("2, 0, 3, 1, 4", "3, 0, 2, 1, 4")),
        message="One product gives all queries, then all keys, then all values, but each head is cut out of it first.",
        question="Which of its 3 · d_model columns are the queries, in the order in which the weights were loaded?",
    )
    misconception(
        "queries_and_keys_swapped",
        edit=("q, k, v = self", "k, q, v = self"),
        message="Queries and keys have changed places: the scores are transposed.",
        question="Which of the two asks, and which is found?",
    )
    misconception(
        "no_output_projection",
        edit=("self.out(side_by_side)", "side_by_side"),
        message="The output projection is missing: the heads are put side by side and never mixed.",
        question="What do `out.weight` and `out.bias` do in your module?",
    )
    misconception(
        "no_bias",
        edits=(("3 * d_model)", "3 * d_model, bias=False)"), ('("weight", "bias")', '("weight",)')),
        message="The biases of the projections are left out.",
        question="What are the queries of an x that is 0 everywhere?",
    )
    another_form("no_bias", edit=("self.out(side_by_side)", "F.linear(side_by_side, self.out.weight)"))
    another_form("no_bias", edit=("self.qkv(x)", "F.linear(x, self.qkv.weight)"))
    another_form(
        "no_bias",
        edits=(
            ("self.qkv(x)", "F.linear(x, self.qkv.weight)"),
            ("self.out(side_by_side)", "F.linear(side_by_side, self.out.weight)"),
        ),
    )
    misconception(
        "weights_transposed",
        edits=((LOAD, LOAD.replace("]", "].t()")), ('weights[f"out.{part}"]', 'weights[f"out.{part}"].t()')),
        message="The matrices are used transposed: each is (outputs, inputs), so that y = x Wᵀ + b.",
        question="Along which axis of a weight does the entry of one output run?",
    )
    misconception(
        "keeps_the_given_tensors",
        edit=(
            'getattr(self.out, part).copy_(weights[f"out.{part}"])',
            'getattr(self.out, part).data = weights[f"out.{part}"]',
        ),
        message="load_weights keeps the very tensors it is given, so that whoever changes them changes the module.",
        question="Two modules are loaded from the same tensors. What happens to one when the other is trained?",
    )
    another_form(  # all of them, as three layers for q, k and v would
        "keeps_the_given_tensors",
        edits=(
            ("        for part in", "        self.given = weights\n        for part in"),
            (
                "        batch, time, d_model = x.shape\n",
                "        if hasattr(self, 'given'):\n            self.load_weights(self.given)\n"
                "        batch, time, d_model = x.shape\n",
            ),
        ),
    )
    misconception(
        "attends_over_the_batch",
        edits=(
            ("= x.shape\n        # (", "= x.transpose(0, 1).shape\n        # ("),
            (HEADS, HEADS.replace("(x).view", "(x.transpose(0, 1)).reshape")),
            (MERGE, f"{MERGE}.transpose(0, 1)"),
        ),
        message="Attention runs along the axis of the batch: sequences see each other, and positions do not.",
        question="Which axis of x is the time?",
    )
    misconception(
        "drops_in_evaluation",
        edit=("self.dropout if self.training else 0.0", "self.dropout"),
        message="Attention weights are dropped in evaluation too: the functions do not know `self.training`.",
        question="What does `dropout_p` of F.scaled_dot_product_attention do after `eval()`?",
    )
    another_form("drops_in_evaluation", edit=("self.dropout, self.training)", "self.dropout)"))
    another_form(
        "drops_in_evaluation",
        edits=(
            ("self.dropout if self.training else 0.0", "self.dropout"),
            ("self.dropout, self.training)", "self.dropout)"),
        ),
    )
    misconception(
        "no_dropout_of_weights",
        edit=("self.dropout if self.training else 0.0", "0.0"),
        message="In training, the module drops entries of its result but no attention weights.",
        question="In training, with one position and one head, how often should the head give 0?",
    )
    another_form("no_dropout_of_weights", edit=("return F.dropout(weights, dropout) @ v", "return weights @ v"))
    misconception(
        "no_dropout_of_the_result",
        edit=("F.dropout(self.out(side_by_side), self.dropout, self.training)", "self.out(side_by_side)"),
        message="In training, the module drops attention weights but no entries of its result.",
        question="Which share of the entries of the result should be exactly 0 in training?",
    )
    misconception(
        "drops_before_the_projection",
        edit=(
            "F.dropout(self.out(side_by_side), self.dropout, self.training)",
            "self.out(F.dropout(side_by_side, self.dropout, self.training))",
        ),
        message="Dropout acts on the heads before the output projection, not on the result after it.",
        question="Can an entry of your result be exactly 0 in training?",
    )
    misconception(
        "ignores_the_cache",
        edit=("if cache is not None:", "if False:"),
        message="The cache is not used: the new positions see only each other.",
        question="Where do the keys of the positions before x come from?",
    )
    misconception(
        "calls_the_kernel_by_hand",
        edit=("return F.dropout(weights, dropout) @ v", "return fused_attention(q, k, v, dropout)"),
        message="explicit_attention calls torch's kernel, or what calls it; it is to take the steps itself.",
        question="Which of the three steps (scores, softmax, weighted sum) can you look at while it runs?",
    )

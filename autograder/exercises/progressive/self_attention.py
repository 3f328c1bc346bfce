"""Judgement of `progressive.self_attention`: an embedding with or without positions, one head, and a mean."""

from __future__ import annotations

from typing import Any

from autograder.exercise import Judgement

from .definitions import embedding
from .definitions import self_attention as by_definition
from .module_case import Model, judge_attention, judge_modules

self_attention = Judgement(
    "progressive.self_attention",
    hints=(
        "Two classes. The first turns a step into a vector of width d_model. The second lets these vectors look "
        "at each other, takes the mean of what they found, and reads it by a linear layer.",
        "A learned vector for each position is an nn.Parameter of shape (positions, d_model). A sequence may be "
        "shorter than that: `self.position[: x.shape[1]]`.",
        "`q @ k.mT` is (batch, query_time, key_time). A softmax over its last axis gives the weights.",
        "`self.head(answers.mean(dim=1)).squeeze(1)`. With an Embedding called embedding and layers called query, "
        "key, value and head, `self.load_state_dict(weights)` loads them all.",
    ),
)


def embedding_shapes(features: int, d_model: int, positions: int | None) -> dict[str, tuple[int, ...]]:
    table = {} if positions is None else {"position": (positions, d_model)}
    return {"content.weight": (d_model, features), "content.bias": (d_model,), **table}


def shapes(features: int, d_model: int, positions: int | None) -> dict[str, tuple[int, ...]]:
    below = embedding_shapes(features, d_model, positions)
    found: dict[str, tuple[int, ...]] = {f"embedding.{name}": size for name, size in below.items()}
    for name in ("query", "key", "value"):
        found |= {f"{name}.weight": (d_model, d_model), f"{name}.bias": (d_model,)}
    return found | {"head.weight": (1, d_model), "head.bias": (1,)}


# Without positions, with as many as there are steps, and with more.
SIZES: tuple[tuple[tuple[Any, ...], tuple[int, ...]], ...] = (
    ((3, 5, None), (2, 4, 3)),
    ((4, 4, 4), (4, 4, 4)),
    ((1, 2, 1), (3, 1, 1)),
    ((3, 5, 6), (2, 4, 3)),
)
MODEL = Model("SelfAttention", shapes, by_definition, SIZES)
judge_modules(self_attention, Model("Embedding", embedding_shapes, embedding, SIZES), MODEL)
judge_attention(self_attention, MODEL, "query")

SCALED = " / math.sqrt(k.shape[-1])"
WEIGHTS = "weights = (q @ k.mT / math.sqrt(k.shape[-1])).softmax(dim=-1)"
ADDED = "embedded + self.position[: x.shape[1]]"
LOGITS = "self.head(answers.mean(dim=1)).squeeze(1)"

self_attention.misconception(
    "not_scaled",
    edit=(SCALED, ""),
    message="The scores are not divided by the square root of d_model.",
    question="How does the variance of a dot product of two random vectors grow with their length?",
)
self_attention.another_form("not_scaled", edit=(SCALED, " / k.shape[-1]"))
self_attention.misconception(
    "softmax_over_queries",
    edit=("softmax(dim=-1)", "softmax(dim=-2)"),
    message="The softmax runs over the queries: columns of the weights sum to one instead of rows.",
    question="For one query, which numbers should be a probability distribution?",
)
self_attention.misconception(
    "queries_and_keys_swapped",
    edit=("q @ k.mT", "k @ q.mT"),
    message="Rows belong to keys: each step is asked by the others instead of asking them.",
    question="Which axis of your scores belongs to the step that looks?",
)
self_attention.misconception(
    "softmax_overflows",
    edit=(WEIGHTS, f"powers = (q @ k.mT{SCALED}).exp(); weights = powers / powers.sum(dim=-1, keepdim=True)"),
    message="The exponential of a large score is infinite, and infinity over infinity is NaN.",
    question="What changes if the same number is subtracted from all scores of a query?",
)
self_attention.misconception(
    "looks_at_the_past_only",
    edit=(
        "(q @ k.mT / math.sqrt(k.shape[-1]))",
        "(q @ k.mT / math.sqrt(k.shape[-1]) + q.new_full((k.shape[1], k.shape[1]), -torch.inf).triu(1))",
    ),
    message="The attention is causal: later steps are hidden. Here every step sees all steps.",
    question="Which step could tell that the last one is above the first, and does it see both?",
)
self_attention.misconception(
    "positions_ignored",
    edit=(f"embedded if self.position is None else {ADDED}", "embedded"),
    message="The positions are loaded, but added to nothing: the model still cannot tell one place from another.",
    question="What does your model answer where two steps change places?",
)
self_attention.misconception(
    "positions_multiplied",
    edit=(ADDED, "embedded * self.position[: x.shape[1]]"),
    message="The vectors of the positions are multiplied with the content; they are to be added.",
    question="What remains of a step whose position has a vector of zeros?",
)
self_attention.misconception(
    "positions_from_the_end",
    edit=(ADDED, "embedded + self.position[-x.shape[1] :]"),
    message="A short sequence gets the last positions of the table; its first step is at position 0.",
    question="Which row of the table belongs to the first step?",
)
self_attention.misconception(
    "as_many_steps_as_positions",
    edit=(ADDED, "embedded + self.position"),
    message="A sequence that is shorter than the table of positions is not accepted.",
    question="Which rows of the table does a sequence of 4 steps need?",
)
self_attention.another_form(
    "as_many_steps_as_positions",
    edit=(
        "embedded = self.content(x)",
        "embedded = self.content(x)\n"
        "        if self.position is not None and len(self.position) != x.shape[1]:\n"
        "            raise ValueError('one step for each position')",
    ),
)
self_attention.misconception(
    "positions_only_in_the_weights",
    edit=(
        "self.value(x)",
        "self.value(x - self.embedding.position[: x.shape[1]] if self.embedding.position is not None else x)",
    ),
    message="The positions reach queries and keys, but not the values.",
    question="From which vectors are the values computed?",
)
self_attention.misconception(
    "positions_are_not_trained",
    edit=("std=0.5))", "std=0.5), requires_grad=False)"),
    message="The positions are not among what is trained: a buffer, a plain tensor, or without a gradient.",
    question="Who is to find out which positions matter?",
)
self_attention.misconception(
    "residual_added",
    edit=("answers.mean(dim=1)", "(self.embedding(x) + answers).mean(dim=1)"),
    message="The embedding is added to the answers. The encoder block will do so; this model reads the answers alone.",
    question="What does the definition say that the head reads?",
)
self_attention.misconception(
    "sum_of_the_answers",
    edit=("answers.mean(dim=1)", "answers.sum(dim=1)"),
    message="The answers are summed over the steps; their mean is asked for.",
    question="What happens to your logits when sequences get twice as long?",
)
self_attention.misconception(
    "one_step_is_read",
    edit=("answers.mean(dim=1)", "answers[:, -1]"),
    message="Only one step's answer is read; the mean of all is asked for.",
    question="What have the other steps found?",
)
self_attention.another_form("one_step_is_read", edit=("answers.mean(dim=1)", "answers[:, 0]"))
self_attention.misconception(
    "keeps_an_axis",
    edit=(LOGITS, "self.head(answers.mean(dim=1))"),
    message="The logits are (batch, 1), not (batch,).",
    question="What is the shape of logits (batch, 1) minus labels (batch,)?",
)
self_attention.misconception(
    "squeezes_the_batch_away",
    edit=(LOGITS, "self.head(answers.mean(dim=1)).squeeze()"),
    message="`squeeze()` removes every axis of length 1, and the batch's too where it holds one example.",
    question="What is the shape of your output for a single example?",
)
self_attention.misconception(
    "returns_probabilities",
    edit=(LOGITS, f"{LOGITS}.sigmoid()"),
    message="The model returns probabilities. A logit is what goes into the sigmoid.",
    question="Between which numbers may a logit lie, and what does 0 say?",
)

"""Judgement of `progressive.attention_pooling`: one learned query, and a linear read-out of the weighted mean."""

from __future__ import annotations

from autograder.exercise import Judgement

from .definitions import attention_pooling as by_definition
from .module_case import Model, judge_attention, judge_modules

attention_pooling = Judgement(
    "progressive.attention_pooling",
    hints=(
        "This is attention with a single query, and that query is not computed from x: it is a parameter.",
        "`self.key(x)` is (batch, time, d_model). Its product with a vector (d_model,) is (batch, time): scores.",
        "`weights.unsqueeze(-1) * values` gives each step its share; a sum over the time is the weighted mean.",
        "With layers called key, value and head and an nn.Parameter called query, `self.load_state_dict(weights)` "
        "loads them all.",
    ),
)
MODEL = Model(
    "AttentionPooling",
    lambda features, d_model: {
        "query": (d_model,),
        "key.weight": (d_model, features),
        "key.bias": (d_model,),
        "value.weight": (d_model, features),
        "value.bias": (d_model,),
        "head.weight": (1, d_model),
        "head.bias": (1,),
    },
    by_definition,
    sizes=(((3, 5), (2, 4, 3)), ((4, 4), (4, 4, 4)), ((1, 2), (3, 1, 1)), ((2, 1), (2, 3, 2))),
)
judge_modules(attention_pooling, MODEL)
judge_attention(attention_pooling, MODEL, "query")

SCORES = "scores = self.key(x) @ self.query / math.sqrt(len(self.query))"
SOFTMAX = "scores.softmax(dim=1)"
POOLED = "(self.weights(x).unsqueeze(-1) * self.value(x)).sum(dim=1)"
LOGITS = "self.head(pooled).squeeze(1)"

attention_pooling.misconception(
    "not_scaled",
    edit=(" / math.sqrt(len(self.query))", ""),
    message="The scores are not divided by the square root of d_model.",
    question="How does the variance of a dot product of two random vectors grow with their length?",
)
attention_pooling.another_form("not_scaled", edit=("math.sqrt(len(self.query))", "len(self.query)"))
attention_pooling.misconception(
    "scaled_by_the_features",
    edit=("len(self.query)", "x.shape[-1]"),
    message="The scores are divided by the square root of the number of features; the products have d_model terms.",
    question="How long are the two vectors whose dot product is a score?",
)
attention_pooling.misconception(
    "softmax_over_the_batch",
    edit=(SOFTMAX, "scores.softmax(dim=0)"),
    message="The softmax runs over the examples of the batch, not over the steps of each.",
    question="For one example, which numbers should sum to 1?",
)
attention_pooling.misconception(
    "weights_do_not_compete",
    edit=(SOFTMAX, "scores.sigmoid()"),
    message="Each step gets a weight of its own, between 0 and 1; together they do not sum to 1.",
    question="What happens to the pooled vector where all steps are interesting?",
)
attention_pooling.misconception(
    "scores_for_weights",
    edit=(SOFTMAX, "scores"),
    message="`weights` returns the scores: they may be negative and do not sum to 1.",
    question="What turns scores into a probability distribution?",
)
attention_pooling.misconception(
    "softmax_overflows",
    edit=(SOFTMAX, "scores.exp() / scores.exp().sum(dim=-1, keepdim=True)"),
    message="The exponential of a large score is infinite, and infinity over infinity is NaN.",
    question="What changes if the same number is subtracted from all scores of an example?",
)
attention_pooling.misconception(
    "plain_mean",
    edit=(POOLED, "self.value(x).mean(dim=1)"),
    message="The steps are averaged with equal weights: what the query found is not used.",
    question="Which part of your forward pass depends on the query?",
)
attention_pooling.misconception(
    "weights_averaged",
    edit=(".sum(dim=1)", ".mean(dim=1)"),
    message="The weighted values are averaged once more: the weights sum to 1 already.",
    question="What is the pooled vector where all values are equal?",
)
attention_pooling.misconception(
    "best_step_only",
    edit=(POOLED, "self.value(x)[torch.arange(len(x)), self.weights(x).argmax(dim=1)]"),
    message="The step with the largest weight is taken alone; all steps count, each by its weight.",
    question="How does the output change with a weight that is not the largest?",
)
attention_pooling.misconception(
    "values_are_keys",
    edit=("* self.value(x)", "* self.key(x)"),
    message="The keys are averaged. What a step is found by and what it says are two things.",
    question="Which layer have you not used?",
)
attention_pooling.misconception(
    "returns_probabilities",
    edit=(LOGITS, f"{LOGITS}.sigmoid()"),
    message="The model returns probabilities. A logit is what goes into the sigmoid.",
    question="Between which numbers may a logit lie, and what does 0 say?",
)
attention_pooling.misconception(
    "keeps_an_axis",
    edit=(LOGITS, "self.head(pooled)"),
    message="The logits are (batch, 1), not (batch,).",
    question="What is the shape of logits (batch, 1) minus labels (batch,)?",
)
attention_pooling.misconception(
    "squeezes_the_batch_away",
    edit=(LOGITS, "self.head(pooled).squeeze()"),
    message="`squeeze()` removes every axis of length 1, and the batch's too where it holds one example.",
    question="What is the shape of your output for a single example?",
)
attention_pooling.misconception(
    "query_is_not_trained",
    edit=("nn.Parameter(torch.randn(d_model))", "nn.Parameter(torch.randn(d_model), requires_grad=False)"),
    message="The query is not among what is trained: it is a buffer, a plain tensor, or takes no gradient.",
    question="Which of your numbers does an optimizer change?",
)
attention_pooling.another_form(
    "query_is_not_trained",
    edit=("self.query = nn.Parameter(torch.randn(d_model))", 'self.register_buffer("query", torch.randn(d_model))'),
)
attention_pooling.misconception(
    "gradient_cut",
    edit=("self.weights(x).unsqueeze", "self.weights(x).detach().unsqueeze"),
    message="The weights are cut off from the graph, so the query never learns where to look.",
    question="Along which path does the loss reach the query?",
)

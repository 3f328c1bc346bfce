"""Judgement of `progressive.logistic_regression`: one weight for each feature of each step, and a bias."""

from __future__ import annotations

from autograder.exercise import Judgement

from .definitions import logistic_regression as by_definition
from .module_case import Model, judge_modules

logistic_regression = Judgement(
    "progressive.logistic_regression",
    hints=(
        "An example is a table of time · features numbers. The model does not care that it is a table.",
        "`x.flatten(1)` keeps the axis of the batch and joins all others.",
        "torch.nn.Linear(time * features, 1) gives (batch, 1). One axis is too many, also where the batch is 1.",
        "`self.linear(x.flatten(1)).squeeze(1)`; and `self.linear.load_state_dict(weights)`.",
    ),
)
judge_modules(
    logistic_regression,
    Model(
        "LogisticRegression",
        lambda time, features: {"weight": (1, time * features), "bias": (1,)},
        by_definition,
        sizes=(((4, 3), (3, 4, 3)), ((3, 3), (3, 3, 3)), ((2, 5), (2, 2, 5)), ((1, 1), (4, 1, 1))),
    ),
)

LOGITS = "self.linear(x.flatten(1)).squeeze(1)"
MADE, LOAD = "nn.Linear(time * features, 1)", "self.linear.load_state_dict(weights)"

logistic_regression.misconception(
    "keeps_an_axis",
    edit=(LOGITS, "self.linear(x.flatten(1))"),
    message="The logits are (batch, 1), not (batch,).",
    question="What is the shape of logits (batch, 1) minus labels (batch,)?",
)
logistic_regression.misconception(
    "squeezes_the_batch_away",
    edit=(".squeeze(1)", ".squeeze()"),
    message="`squeeze()` removes every axis of length 1, and the batch's too where it holds one example.",
    question="What is the shape of your output for a single example?",
)
logistic_regression.misconception(
    "returns_probabilities",
    edit=(LOGITS, f"{LOGITS}.sigmoid()"),
    message="The model returns probabilities. A logit is what goes into the sigmoid.",
    question="Between which numbers may a logit lie, and what does 0 say?",
)
logistic_regression.misconception(
    "returns_answers",
    edit=(LOGITS, f"({LOGITS} > 0).to(x.dtype)"),
    message="The model returns its answers, 0 or 1. A logit also says how sure it is, and has a gradient.",
    question="What is the derivative of a step?",
)
logistic_regression.misconception(
    "flattened_feature_by_feature",
    edit=("x.flatten(1)", "x.mT.flatten(1)"),
    message="The input is flattened feature by feature; the weights go step by step, all features of one together.",
    question="Which number of x meets the second weight?",
)
logistic_regression.misconception(
    "no_bias",
    edits=(
        (MADE, MADE.replace("1)", "1, bias=False)")),
        (LOAD, "self.linear.load_state_dict(weights, strict=False)"),
    ),
    message="There is no bias, and the one that is loaded is dropped without a word: the plane meets the origin.",
    question="What does your model answer for an input of zeros?",
)
logistic_regression.misconception(
    "averages",
    edit=(LOGITS, "(x.flatten(1) * self.linear.weight).mean(dim=1) + self.linear.bias"),
    message="The products of weights and features are averaged, not summed.",
    question="What happens to the logit where the sequence gets longer?",
)
logistic_regression.misconception(
    "blind_to_place",
    edit=("x.flatten(1)", "x.mean(dim=1, keepdim=True).expand_as(x).flatten(1)"),
    message="The steps are averaged before they are weighted, so the model cannot know where something stands.",
    question="Which two steps does the question 'is the last above the first' compare?",
)
logistic_regression.misconception(
    "gradient_cut",
    edit=("x.flatten(1)", "x.detach().flatten(1)"),
    message="The input is cut off from the graph (by `detach`, `.data` or a new tensor): no gradient reaches it.",
    question="What would a layer before this one learn?",
)
logistic_regression.misconception(
    "parameters_out_of_sight",
    edits=(
        (f"self.linear = {MADE}", "self.weight, self.bias = torch.zeros(1, time * features), torch.zeros(1)"),
        ("self.linear(x.flatten(1))", "F.linear(x.flatten(1), self.weight, self.bias)"),
        (LOAD, 'self.weight, self.bias = weights["weight"], weights["bias"]'),
    ),
    message="The weights are plain tensors, which `parameters()` does not find, and no optimizer either.",
    question="What does list(model.parameters()) hold?",
)
logistic_regression.another_form(
    "parameters_out_of_sight",
    edits=(
        (
            f"self.linear = {MADE}",
            "self.weight = torch.zeros(1, time * features, requires_grad=True)\n"
            "        self.bias = torch.zeros(1, requires_grad=True)",
        ),
        ("self.linear(x.flatten(1))", "F.linear(x.flatten(1), self.weight, self.bias)"),
        (LOAD, "self.weight, self.bias = (weights[name].clone().requires_grad_() for name in ('weight', 'bias'))"),
    ),
)

"""The judgements of the two layers, `dropout.inverted` and `dropout.variance_stabilized`: hints and misconceptions.

Their checks are the same but for the scale: see `layer_checks`.
"""

from __future__ import annotations

import math

from autograder.exercise import Judgement

from .layer_checks import judge_layer

inverted = Judgement(
    "dropout.inverted",
    hints=(
        "Write down the expected value of one output element: with which probability is it 0, and what is it else?",
        "In which mode does the layer have to scale, if evaluation is to return its input as it is?",
        "A boolean array times a float array is a float array: the mask can be multiplied in. Draw it inside __call__.",
        "Survivors are divided by the probability of surviving; check the rate in __init__; copy in evaluation.",
    ),
)
variance_stabilized = Judgement(
    "dropout.variance_stabilized",
    hints=(
        "Compare the promise with what the layer does to an input of ones: the mean, and the mean of the square.",
        "E[y²] = keep · scale² · E[x²]. Which scale makes the two sides equal?",
        "The scale is not the only fault. Call the layer with float32, in evaluation mode, and with a rate of 1.5.",
        "Divide by the square root of the probability of surviving; raise ValueError in __init__; copy in evaluation; "
        "cast back to x.dtype.",
    ),
)


def add_misconceptions(layer: Judgement, scaled: str) -> None:
    """Register what goes wrong in both layers; `scaled` is the reference's expression for the scaled survivors."""
    mask = "mask = np.random.random(x.shape) < keep"
    refusal = """if not 0.0 <= dropout_rate < 1.0:
            raise ValueError(f"dropout_rate must be at least 0 and below 1, not {dropout_rate}")
        """
    layer.misconception(
        "no_scale",
        edit=(scaled, "x * mask"),
        message="Survivors keep their value: nothing makes up for the elements that were dropped.",
        question="If half of the elements become 0, what happens to the sum, and to the sum of squares?",
    )
    layer.misconception(
        "scale_ignores_the_rate",
        edit=(scaled, scaled.replace("keep", "0.5")),
        message="The scale is right for a rate of 0.5 and is used at every rate.",
        question="Which share of the elements survives at a rate of 0.1? Does the scale know?",
    )
    layer.misconception(
        "scale_from_the_dropped_share",
        edit=(scaled, scaled.replace("keep", "self.dropout_rate")),
        message="The scale is computed from the share that is dropped; it has to make up for the share that survives.",
        question="At a rate near 0 almost nothing is lost. How large should the scale be then, and how large is yours?",
    )
    layer.misconception(
        "rate_read_as_keep",
        edit=("keep = 1.0 - self.dropout_rate", "keep = self.dropout_rate"),
        message="dropout_rate is read as the probability of keeping an element.",
        question="What share of the output is 0 at dropout_rate = 0.1?",
    )
    layer.misconception(
        "mask_is_the_wrong_way_round",
        edit=(mask, mask.replace("<", ">=")),
        message="The mask keeps an element with probability dropout_rate, while the scale is right.",
        question="How often is a uniform random number below 0.9?",
    )
    layer.misconception(
        "active_in_eval",
        edit=("if not self.training:\n            return x.copy()\n        ", ""),
        message="The layer drops elements in evaluation mode too.",
        question="What does eval() change about the next call?",
    )
    layer.misconception(
        "train_does_not_switch_back",
        edit=("def train(self) -> None:\n        self.training = True", "def train(self) -> None:\n        pass"),
        message="Once in evaluation mode, the layer never drops again.",
        question="What happens after validation, when training goes on?",
    )
    layer.misconception(
        "returns_its_input",
        edit=("x.copy()", "x"),
        message="In evaluation mode the layer returns the very array it was given, not a new one.",
        question="What happens to the output when the caller later overwrites the input?",
    )
    layer.misconception(
        "returns_its_input_at_rate_zero",
        edit=("return x.copy()\n", "return x.copy()\n        if self.dropout_rate == 0.0:\n            return x\n"),
        message="At rate 0 the layer returns the very array it was given, not a new one.",
        question="What happens to the output when the caller later overwrites the input?",
    )
    layer.misconception(
        "one_mask_for_all_calls",
        edits=(
            ("self.dropout_rate = dropout_rate", "self.dropout_rate = dropout_rate\n        self.masks: dict = {}"),
            (mask, "mask = self.masks.setdefault(x.shape, np.random.random(x.shape) < keep)"),
        ),
        message="The layer draws its mask once and uses it at every later call.",
        question="Which units would never be trained if the mask stayed the same?",
    )
    layer.misconception(
        "seeds_every_call",
        edit=(mask, f"np.random.seed(0)\n        {mask}"),
        message="The generator is seeded inside the call, so every call draws the same numbers.",
        question="Where does a generator stand right after it has been seeded with the same number?",
    )
    layer.another_form(
        "seeds_every_call",
        edits=(
            (
                "self.dropout_rate = dropout_rate",
                "self.dropout_rate = dropout_rate\n        self.seed = np.random.randint(2**31)",
            ),
            (mask, mask.replace("np.random.random", "np.random.default_rng(self.seed).random")),
        ),
    )
    layer.misconception(
        "seeds_every_layer_alike",
        edits=(
            (
                "self.dropout_rate = dropout_rate",
                "self.dropout_rate = dropout_rate\n        self.random = np.random.default_rng(0)",
            ),
            (mask, mask.replace("np.random.random", "self.random.random")),
        ),
        message="Each layer starts its generator from the same fixed seed, so all layers draw the same masks.",
        question="A network has two of these layers of one width. Which units do they drop at the first step?",
    )
    layer.misconception(
        "one_mask_for_all_rows",
        edit=(mask, mask.replace("x.shape", "x.shape[-1:]")),
        message="One mask is drawn for a row and shared by all rows, so every example loses the same features.",
        question="How many random numbers does an input of shape (batch, features) need?",
    )
    layer.misconception(
        "one_coin_for_a_whole_row",
        edit=(mask, mask.replace("x.shape", "x.shape if x.ndim < 2 else (*x.shape[:-1], 1)")),
        message="One coin is tossed for a whole row: its elements are dropped together.",
        question="How many random numbers does an input of shape (batch, features) need?",
    )
    layer.another_form(
        "one_coin_for_a_whole_row", edit=(mask, mask.replace("x.shape", "(*x.shape[:-1], 1)[-x.ndim :]"))
    )
    layer.misconception(
        "drops_an_exact_share",
        edit=(mask, "mask = np.random.permutation(x.size).reshape(x.shape) < round(keep * x.size)"),
        message="Exactly the share dropout_rate of the elements is dropped, so they are not dropped independently.",
        question="Toss ten fair coins again and again: do you always get five heads?",
    )
    layer.misconception(
        "mutates_its_input",
        edit=(f"return ({scaled}).astype(x.dtype)", f"x *= {scaled.removeprefix('x * ')}\n        return x"),
        message="The layer works in place: the caller's array is changed.",
        question="What is the difference between `x = x * m` and `x *= m` for the caller of the layer?",
    )
    layer.misconception(
        "shares_its_mode",
        edits=(
            ("        self.training = True\n\n    def __call__", "\n    training = True\n\n    def __call__"),
            ("def train(self) -> None:\n        self", "def train(self) -> None:\n        type(self)"),
            ("self.training = False", "type(self).training = False"),
        ),
        message="The mode belongs to the class, so eval() of one layer switches them all.",
        question="Where is `training` stored: in the class, or in each layer?",
    )
    layer.misconception(
        "rate_not_checked",
        edit=(refusal, ""),
        message="A rate outside [0, 1) is accepted when the layer is built.",
        question="What would the layer do with a rate of 1.5, and when would anyone notice?",
    )
    layer.misconception(
        "rate_of_one_allowed",
        edit=("<= dropout_rate < 1.0", "<= dropout_rate <= 1.0"),
        message="A rate of exactly 1 is accepted.",
        question="What is the scale when nothing survives?",
    )


judge_layer(inverted, "InvertedDropout", lambda rate: 1.0 / (1.0 - rate))
add_misconceptions(inverted, "x * mask / keep")
inverted.misconception(
    "square_root_scale",
    edit=("mask / keep", "mask / np.sqrt(keep)"),
    message="Survivors are divided by √keep, which keeps E[y²]; here the mean is to be kept.",
    question="An element of value 1 becomes `scale` with probability keep, else 0. What is its mean?",
)
inverted.misconception(
    "batch_statistics",
    edit=("mask / keep", "mask * (np.sum(x, dtype=float) / (np.sum(x * mask, dtype=float) or 1.0))"),
    message="The scale is fitted to the batch, so that its mean is exactly right; it should depend on the rate alone.",
    question="The mean is kept in expectation. Should one example's output depend on what another one lost?",
)
inverted.another_form("batch_statistics", edit=("mask / keep", "mask / max(mask.mean(), 1e-9)"))
inverted.misconception(
    "scales_in_eval",
    edit=("x.copy()", "x * (1.0 - self.dropout_rate)"),
    message="The output is scaled down in evaluation, as in the original dropout, although training already scales up.",
    question="If training keeps the mean by itself, what is left to do in evaluation?",
)
inverted.misconception(
    "upcasts",
    edit=("(x * mask / keep).astype(x.dtype)", "x * mask.astype(float) / keep"),
    message="The output is float64 whatever the input's dtype.",
    question="Which dtype has a float32 array times an array of integers or of float64?",
)
inverted.another_form(
    "upcasts",
    edits=(("(x * mask / keep).astype(x.dtype)", "x * mask.astype(float) / keep"), ("x.copy()", "x.astype(float)")),
)

judge_layer(variance_stabilized, "VarianceStabilizedDropout", lambda rate: 1.0 / math.sqrt(1.0 - rate))
add_misconceptions(variance_stabilized, "x * mask / np.sqrt(keep)")
variance_stabilized.misconception(
    "inverted_scale",
    edit=("np.sqrt(keep)", "keep"),
    message="Survivors are divided by keep: that is inverted dropout, which keeps the mean; E[y²] is E[x²]/keep.",
    question="An element of value 1 becomes `scale` with probability keep, else 0. What is the mean of its square?",
)
variance_stabilized.misconception(
    "divides_by_mask_std",
    edit=("np.sqrt(keep)", "np.sqrt(keep * self.dropout_rate)"),
    message="Survivors are divided by the standard deviation of the mask, √(keep·(1 − keep)).",
    question="E[y²] = scale² · E[mask²] · E[x²]. Is E[mask²] the variance of the mask?",
)
variance_stabilized.misconception(
    "batch_statistics",
    edit=("/ np.sqrt(keep)", "* np.sqrt(np.sum(x**2, dtype=float) / (np.sum((x * mask) ** 2, dtype=float) or 1.0))"),
    message="The scale is fitted to the batch, whose second moment is then exact; it should depend on the rate alone.",
    question="E[y²] is an expectation. Should one example's output depend on what another one lost?",
)
variance_stabilized.misconception(
    "scales_in_eval",
    edit=("x.copy()", "(x * np.sqrt(1.0 - self.dropout_rate)).astype(x.dtype)"),
    message="The output is scaled in evaluation mode, although training already scales.",
    question="What does the statement say the output equals after eval()?",
)
variance_stabilized.another_form(
    "scales_in_eval", edit=("x.copy()", "(x / np.sqrt(1.0 - self.dropout_rate)).astype(x.dtype)")
)
variance_stabilized.misconception(
    "upcasts",
    edit=("(x * mask / np.sqrt(keep)).astype(x.dtype)", "x * mask / np.sqrt(keep)"),
    message="The output is float64 whatever the input's dtype.",
    question="Which dtype has a float32 array times an array of integers, or times np.sqrt of a Python float?",
)
variance_stabilized.another_form(
    "upcasts",
    edits=(
        ("(x * mask / np.sqrt(keep)).astype(x.dtype)", "x * mask / np.sqrt(keep)"),
        ("x.copy()", "x.astype(float)"),
    ),
)

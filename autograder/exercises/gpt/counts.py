"""Judgement of `gpt.counts`: how many numbers a GPT learns, and how many operations a token of training costs.

The oracles count what is there: the parameters of a model that is built, and every matrix product of a training step,
one by one. (A test holds that torch's own counter of operations finds the same.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, holds, identical
from autograder.submission import Remote, Submission
from curriculum.gpt import GPT, GPTConfig

counts = Judgement(
    "gpt.counts",
    hints=(
        "List the arrays of one block with their shapes. For d = d_model there are two norms, four d × d matrices for "
        "attention, and a d × 4d and a 4d × d matrix for the MLP. Which of them come with a bias?",
        "Parameters of a block: 12 d² in matrices and 13 d in biases and norms. Around the blocks stand two tables of "
        "embeddings and one norm. The last layer reuses the table of tokens.",
        "A matrix of n × m weights costs a token 2nm operations forward. The backward pass costs twice that: once for "
        "the gradient of the input, once for that of the weights. Looking up a row of a table costs nothing.",
        "Attention has two products without weights. A token's query meets `time` keys of d_model numbers in all, and "
        "as many values are weighted and summed: 2 · 2 · d_model · time operations forward, in every layer.",
    ),
)
GPT2 = {
    "124M": (12, 12, 768, 124_439_808),
    "355M": (24, 16, 1024, 354_823_168),
    "774M": (36, 20, 1280, 774_030_080),
    "1.5B": (48, 25, 1600, 1_557_611_200),
}
"""n_layer, n_head, d_model and the number of published weights of the four models of Radford et al. 2019."""

Config = dict[str, Any]


def sent(s: Submission, config: Config) -> Remote:
    """The config with the submission, as an object with these attributes."""
    return s.library("types").build("SimpleNamespace", **config)


def draw(rng: np.random.Generator, largest: int = 12) -> Config:
    """A small GPT whose sizes all differ."""
    layers, heads, head_dim = (int(n) for n in rng.permutation(np.arange(2, 6))[:3])
    width = heads * head_dim
    vocab_size, context = (int(n) for n in width + 1 + rng.permutation(largest)[:2])
    return {"vocab_size": vocab_size, "context": context, "n_layer": layers, "n_head": heads, "d_model": width}


def gpt2(name: str) -> Config:
    n_layer, n_head, d_model, _ = GPT2[name]
    return {"vocab_size": 50257, "context": 1024, "n_layer": n_layer, "n_head": n_head, "d_model": d_model}


def parameters(config: Config) -> int:
    """Of a model that is built."""
    return sum(parameter.numel() for parameter in GPT(GPTConfig(**config)).parameters())


def operations(config: Config, time: int) -> int:
    """Of every matrix product of a training step on one sequence, by the token."""
    width, head_dim = config["d_model"], config["d_model"] // config["n_head"]
    products = [(time, config["vocab_size"], width)]  # rows, columns, and how many terms each entry sums
    for _ in range(config["n_layer"]):
        products += [(time, columns, width) for columns in (width, width, width, width, 4 * width)]
        products += [(time, width, 4 * width)]
        products += [(time, time, head_dim), (time, head_dim, time)] * config["n_head"]
    forward = sum(2 * rows * columns * terms for rows, columns, terms in products)
    # The gradient of either factor is a product of the same three sizes.
    return 3 * forward // time


def is_count(name: str, got: Any, expected: int) -> Iterator[Observation]:
    whole = isinstance(got, int | np.ndarray) and np.asarray(got).dtype.kind in "iu"
    yield holds(f"the type of {name}", whole, f"{name} is not an int")
    yield identical(name, int(got) if np.ndim(got) == 0 else got, expected)


@counts.check(weight=4)
def counts_what_a_model_holds(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The parameters are those of a GPT of this config, the shared table counted once."""
    for number in range(3):
        config = draw(rng)
        got = s.call("parameter_count", sent(s, config))
        yield from is_count(f"parameter_count of model {number}", got, parameters(config))


@counts.check()
def knows_the_gpt_2_family(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """For GPT-2's four sizes the count is that of the published weights."""
    results = s.each("parameter_count", [(sent(s, gpt2(name)),) for name in GPT2])
    for (name, sizes), got in zip(GPT2.items(), results, strict=True):
        yield from is_count(f"parameter_count of GPT-2 {name}", got, sizes[-1])


@counts.check(weight=4)
def counts_every_product(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The operations are those of every matrix product, forward and backward, by the token."""
    for number in range(3):
        config = draw(rng)
        time = int(rng.integers(2, config["context"]))
        got = s.call("training_flops_per_token", sent(s, config), time)
        yield from is_count(f"training_flops_per_token of model {number}", got, operations(config, time))
    small = gpt2("124M")
    results = s.each("training_flops_per_token", [(sent(s, small), time) for time in (1, 1024)])
    for time, got in zip((1, 1024), results, strict=True):
        yield from is_count(f"training_flops_per_token of GPT-2 at time {time}", got, operations(small, time))


@counts.check()
def heads_share_the_width(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Neither count depends on the number of heads, and the operations do not depend on the context."""
    config = draw(rng)
    time = int(rng.integers(2, 9))
    for where, change in (("one head", {"n_head": 1}), ("as many heads as columns", {"n_head": config["d_model"]})):
        other = {**config, **change, "context": 3 * config["context"]}
        more = 2 * config["context"] * config["d_model"]
        got = s.call("parameter_count", sent(s, other))
        yield from is_count(f"parameter_count with {where}", got, parameters(config) + more)
        got = s.call("training_flops_per_token", sent(s, other), time)
        yield from is_count(f"training_flops_per_token with {where}", got, operations(config, time))


ATTENTION = "attention = 4 * width**2 + 4 * width"
MLP = "mlp = 8 * width**2 + 5 * width"
NORMS = "norms = 4 * width"
TOTAL = "config.n_layer * (attention + mlp + norms) + 2 * width"
BLOCKS = "config.n_layer * 12 * config.d_model**2"
WEIGHTS = f"{BLOCKS} + config.vocab_size * config.d_model"
SCORES = "scores = config.n_layer * 2 * config.d_model * time"
ALL = "return 6 * (weights + scores)"

counts.misconception(
    "counts_the_shared_table_twice",
    edit=("embeddings = (config", "embeddings = (config.vocab_size + config"),
    message="The table of tokens is counted at both ends, but it is one table, used twice.",
    question="Which matrix turns the last hidden state into logits?",
)
counts.misconception(
    "no_positions",
    edit=("(config.vocab_size + config.context)", "config.vocab_size"),
    message="The embeddings of positions are not counted. GPT-2 learns one for each place of its context.",
    question="How does this model know where a token stands?",
)
counts.misconception(
    "no_embeddings",
    edit=("return embeddings + ", "return "),
    message="The blocks are counted without the tables of tokens and positions.",
    question="How large a share of GPT-2's smallest model is its vocabulary of 50,257?",
)
counts.misconception(
    "no_biases",
    edits=((ATTENTION, "attention = 4 * width**2"), (MLP, "mlp = 8 * width**2")),
    message="The biases of the linear layers are not counted.",
    question="Which shapes does `nn.Linear(n, m).parameters()` show?",
)
counts.misconception(
    "bias_of_the_narrow_width",
    edit=(MLP, "mlp = 8 * width**2 + 2 * width"),
    message="The bias of the MLP's first layer is counted as d_model; that layer is four times as wide.",
    question="Does a bias have the width of a layer's input or of its output?",
)
counts.misconception(
    "no_norms",
    edits=((NORMS, "norms = 0"), (TOTAL, TOTAL.replace(" + 2 * width", ""))),
    message="The gains and biases of the norms are not counted.",
    question="What does a LayerNorm learn?",
)
counts.misconception(
    "norms_without_bias",
    edits=((NORMS, "norms = 2 * width"), (TOTAL, TOTAL.replace("2 * width", "width"))),
    message="A norm is counted with a gain only; GPT-2's norms have a bias too.",
    question="Which shapes does `nn.LayerNorm(d).parameters()` show?",
)
counts.misconception(
    "no_final_norm",
    edit=(TOTAL, TOTAL.replace(" + 2 * width", "")),
    message="The norm after the last block is not counted.",
    question="What happens to the stream between the last block and the logits?",
)
counts.misconception(
    "one_norm_in_a_block",
    edit=(NORMS, "norms = 2 * width"),
    message="One norm is counted for each block, and there are two.",
    question="How many parts of a block read a normalised copy of the stream?",
)
counts.misconception(
    "no_mlp",
    edits=((MLP, "mlp = 0"), ("n_layer * 12 *", "n_layer * 4 *")),
    message="Of each block only attention's 4 d² is counted. The MLP has 8 d².",
    question="Where are two thirds of a block's weights?",
)
counts.misconception(
    "no_output_projection",
    edits=((ATTENTION, "attention = 3 * width**2 + 3 * width"), ("n_layer * 12 *", "n_layer * 11 *")),
    message="Attention is counted with q, k and v, but without the matrix that mixes its heads.",
    question="What happens to the heads' outputs before they are added to the stream?",
)
counts.misconception(
    "each_head_has_the_whole_width",
    edits=((ATTENTION, f"{ATTENTION[:12]}config.n_head * ({ATTENTION[12:]})"),),
    message="Attention is multiplied by the number of heads, but the heads share the width among them.",
    question="How wide is one head of a model with d_model = 768 and 12 heads?",
)
counts.another_form(
    "each_head_has_the_whole_width",
    edit=(ATTENTION, "attention = config.n_head * 4 * width**2 + (3 * config.n_head + 1) * width"),
)
counts.misconception(
    "scores_of_heads_at_the_whole_width",
    edit=(SCORES, f"{SCORES} * config.n_head"),
    message="The scores are multiplied by the number of heads, but each head's keys have only a share of the width.",
    question="Twelve heads of 64 columns: how many multiplications does one query need for one key?",
)
counts.misconception(
    "forward_only",
    edit=(ALL, ALL.replace("6", "2")),
    message="Only the forward pass is counted: 2 operations for a weight.",
    question="Which two gradients does the backward pass compute at each matrix?",
)
counts.misconception(
    "backward_as_cheap_as_forward",
    edit=(ALL, ALL.replace("6", "4")),
    message="The backward pass is counted like the forward pass; it costs twice as much.",
    question="Which two gradients does the backward pass compute at each matrix?",
)
counts.misconception(
    "a_product_as_one_operation",
    edit=(ALL, ALL.replace("6", "3")),
    message="A multiplication and the addition that follows are counted as one operation.",
    question="How many operations does a dot product of two vectors of length n take?",
)
counts.misconception(
    "no_scores",
    edit=(ALL, "return 6 * weights"),
    message="The products between queries and keys and between weights and values are not counted.",
    question="Which part of the cost grows with the length of the text?",
)
counts.misconception(
    "causal_half",
    edit=(SCORES, SCORES.replace(" * 2", "")),
    message="Half of attention's products are missing: queries meet keys, and weights meet values, each in full; the "
    "causal half is not deducted.",
    question="Two matrix products have `time` in them. Which are they?",
)
counts.another_form("causal_half", edit=(SCORES, SCORES.replace(" * 2", "").replace("time", "(time + 1)")))
counts.misconception(
    "scores_of_one_layer",
    edit=(SCORES, SCORES.replace("config.n_layer * ", "")),
    message="The scores are counted for one layer only.",
    question="How many layers compute scores?",
)
counts.misconception(
    "scores_of_the_whole_text",
    edit=(SCORES, f"{SCORES} * time"),
    message="The scores are those of the whole text. One token's query meets `time` keys, not `time` squared.",
    question="For how many tokens is the cost asked for?",
)
counts.misconception(
    "every_parameter_multiplies",
    edit=(ALL, "return 6 * (parameter_count(config) + scores)"),
    message="All parameters are counted as if they stood in a matrix product; biases, norms and positions do not.",
    question="What does it cost to look a row up in a table?",
)
counts.misconception(
    "embeddings_multiply_too",
    edit=(WEIGHTS, WEIGHTS.replace("config.vocab_size", "(2 * config.vocab_size + config.context)")),
    message="Looking up the embeddings is counted as a matrix product.",
    question="What does it cost to look a row up in a table?",
)
counts.another_form(
    "embeddings_multiply_too",
    edit=(WEIGHTS, WEIGHTS.replace("config.vocab_size", "2 * config.vocab_size")),
)
counts.another_form(
    "embeddings_multiply_too",
    edit=(WEIGHTS, WEIGHTS.replace("config.vocab_size", "(config.vocab_size + config.context)")),
)
counts.misconception(
    "no_last_layer",
    edit=(WEIGHTS, BLOCKS),
    message="The product that gives the logits is not counted: it costs as many weights as the vocabulary has rows.",
    question="The table of tokens is used twice. In which of the two uses is it a matrix product?",
)

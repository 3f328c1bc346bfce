"""Judgement of `progressive.encoder_block`: x + attention(norm(x)), then x + mlp(norm(x))."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, raises
from autograder.submission import Submission

from .definitions import encoder_block as by_definition
from .module_case import Case, Model, judge_attention, judge_modules

encoder_block = Judgement(
    "progressive.encoder_block",
    hints=(
        "The stream x is never replaced, only added to, twice. What is added is computed from a normalised copy of it.",
        "The second part reads the stream as the first part left it.",
        "`self.q(x).unflatten(-1, (n_head, -1)).transpose(1, 2)` is (batch, heads, time, head_dim); "
        "`heads.transpose(1, 2).flatten(2)` lays the heads side by side again.",
        "forward is two lines: `x = x + self.attend(self.attention_norm(x))` and "
        "`return x + self.down(F.gelu(self.up(self.mlp_norm(x))))`.",
    ),
)


def shapes(d_model: int, n_head: int) -> dict[str, tuple[int, ...]]:
    layers = {"up": (4 * d_model, d_model), "down": (d_model, 4 * d_model)}
    layers |= {name: (d_model, d_model) for name in ("q", "k", "v", "out")}
    found: dict[str, tuple[int, ...]] = {}
    for name in ("attention_norm", "mlp_norm"):
        found |= {f"{name}.weight": (d_model,), f"{name}.bias": (d_model,)}
    for name, shape in layers.items():
        found |= {f"{name}.weight": shape, f"{name}.bias": shape[:1]}
    return found


MODEL = Model(
    "EncoderBlock",
    shapes,
    by_definition,
    sizes=(((6, 2), (2, 4, 6)), ((4, 4), (4, 4, 4)), ((2, 1), (2, 1, 2)), ((6, 3), (2, 5, 6))),
)
judge_modules(encoder_block, MODEL)
judge_attention(encoder_block, MODEL, "q.")


@encoder_block.check()
def normalises_quiet_steps(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Steps that hardly vary are normalised with 1e-5 added to the variance, and constant ones to 0."""
    case = Case(rng, MODEL)
    case.x *= 0.003
    case.x[0, 1] = 0.5
    yield from case.compared(case.module(s), "of quiet steps", roundings=64)


@encoder_block.check()
def refuses_heads_that_do_not_divide(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """ValueError is raised where d_model is not divisible by n_head."""
    for d_model, n_head in ((10, 4), (7, 2), (3, 4)):
        made = partial(s.build, "EncoderBlock", d_model, n_head)
        yield raises(f"d_model = {d_model} with n_head = {n_head}", made, "ValueError")


ATTEND, MLP = "x = x + self.attend(self.attention_norm(x))", "x + self.down(F.gelu(self.up(self.mlp_norm(x))))"
SCALED = " / math.sqrt(k.shape[-1])"
SPLIT = ".view(batch, time, 3, self.n_head, -1).permute(2, 0, 3, 1, 4)"
MERGED = "(weights @ v).transpose(1, 2).reshape(batch, time, d_model)"
NORMS = "nn.LayerNorm(d_model), nn.LayerNorm(d_model)"
CHECK = """        if d_model % n_head:
            raise ValueError(f"d_model = {d_model} is not divisible by n_head = {n_head}")
"""

encoder_block.misconception(
    "norms_come_last",
    edits=(
        (ATTEND, "x = self.attention_norm(x + self.attend(x))"),
        (MLP, "self.mlp_norm(x + self.down(F.gelu(self.up(x))))"),
    ),
    message="The norms come after the additions, as in Vaswani et al. (2017). Here each part reads a normalised copy, "
    "and the stream itself is never normalised.",
    question="Is there a path from the input to the output on which nothing but additions happens?",
)
encoder_block.misconception(
    "norm_in_the_stream",
    edits=(
        (ATTEND, "x = self.attention_norm(x); x = x + self.attend(x)"),
        (MLP, "(h := self.mlp_norm(x)) + self.down(F.gelu(self.up(h)))"),
    ),
    message="The normalised copy takes the place of the stream: it is what the parts are added to.",
    question="To which of the two is the attention's output added, to x or to norm(x)?",
)
encoder_block.misconception(
    "no_residual",
    edits=((ATTEND, "x = self.attend(self.attention_norm(x))"), (MLP, MLP.removeprefix("x + "))),
    message="The parts replace the stream instead of adding to it.",
    question="What should the block return where all its layers return 0?",
)
encoder_block.another_form("no_residual", edit=(ATTEND, "x = self.attend(self.attention_norm(x))"))
encoder_block.another_form("no_residual", edit=(MLP, MLP.removeprefix("x + ")))
encoder_block.misconception(
    "no_norms",
    edits=((ATTEND, "x = x + self.attend(x)"), (MLP, "x + self.down(F.gelu(self.up(x)))")),
    message="The parts read the stream as it is: nothing is normalised.",
    question="What do the attention's scores become where the stream is a hundred times as large?",
)
encoder_block.another_form("no_norms", edit=(MLP, "x + self.down(F.gelu(self.up(x)))"))
encoder_block.another_form("no_norms", edit=(ATTEND, "x = x + self.attend(x)"))
encoder_block.misconception(
    "parts_side_by_side",
    edits=(
        (ATTEND, "before, x = x, x + self.attend(self.attention_norm(x))"),
        (MLP, MLP.replace("norm(x)", "norm(before)")),
    ),
    message="The MLP reads the stream from before the attention, so it does not know what the steps have found.",
    question="What has the attention written for the MLP to read?",
)
encoder_block.misconception(
    "one_norm_for_both",
    edit=(MLP, MLP.replace("mlp_norm", "attention_norm")),
    message="Both parts use the same norm; each has a scale and a shift of its own.",
    question="Which of the loaded numbers does your forward pass never read?",
)
encoder_block.another_form("one_norm_for_both", edit=(ATTEND, ATTEND.replace("attention_norm", "mlp_norm")))
encoder_block.misconception(
    "norm_over_time",
    edits=(
        (
            ATTEND,
            "over_time = lambda norm, x: (x - x.mean(1, True)) / (x.var(1, keepdim=True, correction=0) + 1e-5).sqrt() "
            "* norm.weight + norm.bias; x = x + self.attend(over_time(self.attention_norm, x))",
        ),
        (MLP, MLP.replace("self.mlp_norm(x)", "over_time(self.mlp_norm, x)")),
    ),
    message="The norm takes mean and variance over the steps; it is to take them over the features of each step.",
    question="Should the norm of one step depend on the others?",
)
encoder_block.misconception(
    "variance_of_a_sample",
    edits=(
        (
            ATTEND,
            "own = lambda norm, x: (x - x.mean(-1, True)) / (x.var(-1, keepdim=True) + 1e-5).sqrt() "
            "* norm.weight + norm.bias; x = x + self.attend(own(self.attention_norm, x))",
        ),
        (MLP, MLP.replace("self.mlp_norm(x)", "own(self.mlp_norm, x)")),
    ),
    message="The variance is divided by d_model − 1, as for a sample; it is the mean of the squares.",
    question="What does the `correction` of torch.var do?",
)
encoder_block.misconception(
    "another_epsilon",
    edit=(NORMS, "nn.LayerNorm(d_model, eps=1e-12), nn.LayerNorm(d_model, eps=1e-12)"),
    message="What is added to the variance is not 1e-5. It decides what becomes of steps that hardly vary.",
    question="What is the variance of a step of features of about 0.003?",
)
encoder_block.another_form(
    "another_epsilon", edit=(NORMS, "nn.LayerNorm(d_model, eps=1e-6), nn.LayerNorm(d_model, eps=1e-6)")
)
encoder_block.misconception(
    "another_activation",
    edit=("F.gelu(", "F.relu("),
    message="The MLP's activation is not the GELU.",
    question="What does the GELU give for −1?",
)
encoder_block.another_form("another_activation", edit=("F.gelu(", "F.silu("))
encoder_block.misconception(
    "tanh_approximation",
    edit=("F.gelu(self.up(self.mlp_norm(x)))", 'F.gelu(self.up(self.mlp_norm(x)), approximate="tanh")'),
    message="This is the GELU's approximation by a tanh, as in GPT-2; the exact one is asked for.",
    question="By how much do the two differ at 2?",
)
encoder_block.misconception(
    "no_activation",
    edit=("F.gelu(self.up(self.mlp_norm(x)))", "self.up(self.mlp_norm(x))"),
    message="Nothing bends between the MLP's two layers, so together they are one linear layer.",
    question="What is W₂(W₁x) as a function of x?",
)
encoder_block.misconception(
    "not_scaled",
    edit=(SCALED, ""),
    message="The scores are not divided by the square root of the head's width.",
    question="How does the variance of a dot product of two random vectors grow with their length?",
)
encoder_block.misconception(
    "scaled_by_the_whole_width",
    edit=(SCALED, " / math.sqrt(d_model)"),
    message="The scores are divided by √d_model; a head's dot product runs over head_dim columns only.",
    question="Over how many terms does the dot product of one head sum?",
)
encoder_block.misconception(
    "softmax_over_queries",
    edit=("softmax(dim=-1)", "softmax(dim=-2)"),
    message="The softmax runs over the queries: columns of the weights sum to one instead of rows.",
    question="For one query, which numbers should be a probability distribution?",
)
encoder_block.misconception(
    "softmax_overflows",
    edit=(
        "weights = (q @ k.mT / math.sqrt(k.shape[-1])).softmax(dim=-1)",
        f"powers = (q @ k.mT{SCALED}).exp(); weights = powers / powers.sum(dim=-1, keepdim=True)",
    ),
    message="The exponential of a large score is infinite, and infinity over infinity is NaN.",
    question="What changes if the same number is subtracted from all scores of a query?",
)
encoder_block.misconception(
    "looks_at_the_past_only",
    edit=("math.sqrt(k.shape[-1]))", "math.sqrt(k.shape[-1]) + q.new_full((time, time), -torch.inf).triu(1))"),
    message="The attention is causal: later steps are hidden. Here every step sees all steps.",
    question="Does anything here predict the next step?",
)
encoder_block.misconception(
    "reshape_for_a_transpose",
    edit=(MERGED, "(weights @ v).reshape(batch, time, d_model)"),
    message="The heads are laid side by side by a reshape alone, which mixes up heads and steps.",
    question="In memory, what follows the last column of head 0 at step 0: head 1, or step 1?",
)
encoder_block.misconception(
    "head_takes_every_nth_column",
    edits=(
        (SPLIT, ".view(batch, time, 3, -1, self.n_head).permute(2, 0, 4, 1, 3)"),
        (MERGED, "(weights @ v).permute(0, 2, 3, 1).reshape(batch, time, d_model)"),
    ),
    message="Head h gets the columns h, h + n_head, h + 2·n_head, …; it is to get neighbouring ones.",
    question="When the last axis is cut in two, which of the two parts varies fastest?",
)
encoder_block.another_form(  # merged as they should be
    "head_takes_every_nth_column", edit=(SPLIT, ".view(batch, time, 3, -1, self.n_head).permute(2, 0, 4, 1, 3)")
)
encoder_block.misconception(
    "one_head_after_all",
    edit=("self.n_head = n_head", "self.n_head = 1"),
    message="The number of heads is ignored: all columns form one head.",
    question="How many different distributions does a step have over the others?",
)
encoder_block.misconception(
    "no_output_projection",
    edit=("self.out((weights @ v)", "((weights @ v)"),
    message="The heads are laid side by side, and the layer that mixes them is left out.",
    question="How does a column of head 0 ever meet one of head 1?",
)
encoder_block.misconception(
    "any_widths_accepted",
    edit=(CHECK, ""),
    message="A number of heads that does not divide the width is accepted.",
    question="How wide is each of 4 heads when d_model is 10?",
)
encoder_block.misconception(
    "changes_the_input",
    edit=(ATTEND, "x += self.attend(self.attention_norm(x))"),
    message="`x += …` writes into the caller's tensor: the stream that came in is overwritten.",
    question="What does whoever called the block find in x afterwards?",
)

"""What goes wrong in `gpt.block`: its misconceptions, as edits of the reference."""

from __future__ import annotations

from autograder.exercise import Judgement

ATTEND = "x = x + self.attention(self.attention_norm(x), cache)"
THINK = "return x + self.mlp(self.mlp_norm(x))"
NORM, NORM2 = "self.attention_norm(x)", "self.mlp_norm(x)"
HIDDEN = 'hidden = F.gelu(self.up(x), approximate="tanh")'
RESULT = "F.dropout(self.down(hidden), self.dropout, self.training)"


def both_norms(formula: str) -> tuple[tuple[str, str], ...]:
    """Edits that put a formula in place of both norms, before their weight and bias."""
    return tuple(
        (f"self.{name}(x)", f"({formula}) * self.{name}.weight + self.{name}.bias")
        for name in ("attention_norm", "mlp_norm")
    )


def with_epsilon(epsilon: str) -> tuple[tuple[str, str], ...]:
    layer = "_norm = nn.LayerNorm(d_model"
    return tuple((f"{name}{layer}", f"{name}{layer}, eps={epsilon}") for name in ("attention", "mlp"))


def add_misconceptions(judgement: Judgement) -> None:
    """Register them all."""
    judgement.misconception(
        "post_norm",
        edits=(
            (ATTEND, "x = self.attention_norm(x + self.attention(x, cache))"),
            (THINK, "return self.mlp_norm(x + self.mlp(x))"),
        ),
        message="This is a post-norm block, as in the first transformer: the norms act on the stream, after each sum.",
        question="Can a number in x reach the result of your block without passing a norm?",
    )
    judgement.misconception(
        "no_residual",
        edits=((ATTEND, ATTEND.replace("x + ", "")), (THINK, THINK.replace("x + ", ""))),
        message="What a part computes replaces the stream instead of being added to it.",
        question="What should a block return whose parts write only zeros?",
    )
    judgement.another_form("no_residual", edit=(ATTEND, ATTEND.replace("x + ", "")))
    judgement.another_form("no_residual", edit=(THINK, THINK.replace("x + ", "")))
    judgement.misconception(
        "one_residual_for_both",
        edits=(
            (ATTEND, "attended = self.attention(self.attention_norm(x), cache)"),
            (THINK, "return x + self.mlp(self.mlp_norm(attended))"),
        ),
        message="There is one sum for both parts: what attention computes reaches the stream through the MLP only.",
        question="If the MLP writes only zeros, what should remain of the attention's work?",
    )
    judgement.misconception(
        "residual_from_the_norm",
        edits=(
            (ATTEND, f"x = {NORM}\n        x = x + self.attention(x, cache)"),
            (THINK, f"x = {NORM2}\n        return x + self.mlp(x)"),
        ),
        message="A part's result is added to the normalised copy, and the stream itself is lost.",
        question="To which x does the formula add: the one before the norm, or the one after it?",
    )
    judgement.another_form(
        "residual_from_the_norm", edit=(ATTEND, f"x = {NORM}\n        x = x + self.attention(x, cache)")
    )
    judgement.another_form("residual_from_the_norm", edit=(THINK, f"x = {NORM2}\n        return x + self.mlp(x)"))
    judgement.misconception(
        "one_norm_for_both",
        edit=(NORM2, "self.attention_norm(x)"),
        message="Both parts share one norm; each has a weight and a bias of its own.",
        question="How many norms do the names of the weights speak of?",
    )
    judgement.another_form("one_norm_for_both", edit=(ATTEND, ATTEND.replace(NORM, NORM2)))
    judgement.misconception(
        "norms_swapped",
        edits=((ATTEND, ATTEND.replace(NORM, NORM2)), (f"self.mlp({NORM2})", f"self.mlp({NORM})")),
        message="The two norms have changed places.",
        question="Which norm does the attention read from?",
    )
    judgement.misconception(
        "parts_side_by_side",
        edits=((ATTEND, f"attended = {ATTEND[8:]}"), (THINK, f"{THINK} + attended")),
        message="Both parts read the same x; the MLP is to read the stream to which the attention has already added.",
        question="Can the MLP of your block make use of what the attention of the same block has found?",
    )
    judgement.misconception(
        "reads_the_raw_stream",
        edit=("self.mlp(self.mlp_norm(x))", "self.mlp(x)"),
        message="A part reads the stream as it is, without the norm in front of it.",
        question="Which of your two parts would notice if x were multiplied by 10?",
    )
    judgement.another_form(
        "reads_the_raw_stream", edit=("self.attention(self.attention_norm(x), cache)", "self.attention(x, cache)")
    )
    judgement.another_form(
        "reads_the_raw_stream",
        edits=(
            ("self.mlp(self.mlp_norm(x))", "self.mlp(x)"),
            ("self.attention(self.attention_norm(x), cache)", "self.attention(x, cache)"),
        ),
    )
    judgement.misconception(
        "norm_without_weight_and_bias",
        edits=((NORM, "F.layer_norm(x, x.shape[-1:])"), (NORM2, "F.layer_norm(x, x.shape[-1:])")),
        message="The norms do not use their weight and bias.",
        question="What do `attention_norm.weight` and `attention_norm.bias` do in your block?",
    )
    judgement.misconception(
        "another_epsilon",
        edits=with_epsilon("1e-6"),
        message="The norms add another number than 1e-5 to the variance.",
        question="By how much does a vector change whose variance is 1e-6?",
    )
    judgement.another_form(
        "another_epsilon",
        edits=both_norms("(x - x.mean(-1, keepdim=True)) / (x.std(-1, keepdim=True, correction=0) + 1e-5)"),
    )
    judgement.another_form("another_epsilon", edits=with_epsilon("1e-12"))
    judgement.misconception(
        "unbiased_variance",
        edits=both_norms("(x - x.mean(-1, keepdim=True)) / (x.var(-1, keepdim=True) + 1e-5).sqrt()"),
        message="The norms divide the sum of squares by d_model − 1; a layer norm's variance divides it by d_model.",
        question="What does torch's `var` divide by, if it is not told otherwise?",
    )
    judgement.misconception(
        "norm_over_the_sequence",
        edits=both_norms("F.layer_norm(x, x.shape[1:])"),
        message="The norms take mean and variance over all positions together, so that each position sees the future.",
        question="Over which axis does each position's vector have mean 0?",
    )
    judgement.another_form(
        "norm_over_the_sequence",
        edits=both_norms("(x - x.mean(1, keepdim=True)) / (x.var(1, correction=0, keepdim=True) + 1e-5).sqrt()"),
    )
    judgement.misconception(
        "does_not_centre",
        edits=both_norms("x / ((x**2).mean(-1, keepdim=True) + 1e-5).sqrt()"),
        message="The norms divide by the root mean square and do not subtract the mean: that is an RMSNorm.",
        question="What is the mean of a vector after a layer norm with weight 1 and bias 0?",
    )
    judgement.misconception(
        "exact_gelu",
        edit=(', approximate="tanh"', ""),
        message="This is the exact GELU, with the error function; the statement writes out the form with tanh.",
        question="At 1, the exact GELU is 0.84134. What is the form with tanh?",
    )
    judgement.misconception(
        "relu",
        edit=(HIDDEN, "hidden = F.relu(self.up(x))"),
        message="The MLP uses a ReLU where a GELU is asked for.",
        question="What does your activation make of −0.5?",
    )
    judgement.misconception(
        "nothing_between_the_layers",
        edit=(HIDDEN, "hidden = self.up(x)"),
        message="There is no activation between the two layers, so the MLP is one linear map.",
        question="What is the product of two matrices?",
    )
    judgement.misconception(
        "gelu_after_the_second_layer",
        edits=((HIDDEN, "hidden = self.up(x)"), ("self.down(hidden)", 'F.gelu(self.down(hidden), approximate="tanh")')),
        message="The GELU comes after the second layer instead of between the two.",
        question="Below which number can the result of your MLP never fall?",
    )
    judgement.another_form(
        "gelu_after_the_second_layer", edit=("self.down(hidden)", 'F.gelu(self.down(hidden), approximate="tanh")')
    )
    judgement.misconception(
        "too_narrow",
        edits=(
            ("nn.Linear(d_model, 4 * d_model)", "nn.Linear(d_model, 2 * d_model)"),
            ("nn.Linear(4 * d_model, d_model)", "nn.Linear(2 * d_model, d_model)"),
        ),
        message="The MLP is not four times as wide inside.",
        question="What is the shape of `up.weight`?",
    )
    judgement.another_form(  # and keeps what fits of the weights it is given
        "too_narrow",
        edits=(
            ("nn.Linear(d_model, 4 * d_model)", "nn.Linear(d_model, 2 * d_model)"),
            ("nn.Linear(4 * d_model, d_model)", "nn.Linear(2 * d_model, d_model)"),
            ('copy_(weights[f"up.{part}"])', 'copy_(weights[f"up.{part}"][: len(self.up.bias)])'),
            ('copy_(weights[f"down.{part}"])', 'copy_(weights[f"down.{part}"][..., : len(self.up.bias)])'),
        ),
    )
    judgement.misconception(
        "drops_in_evaluation",
        edit=("self.dropout, self.training)", "self.dropout)"),
        message="The MLP drops entries in evaluation too: F.dropout does not know whether the module is training.",
        question="What is the default of the third argument of F.dropout?",
    )
    judgement.misconception(
        "drops_hidden_entries",
        edit=(RESULT, "self.down(F.dropout(hidden, self.dropout, self.training))"),
        message="Dropout acts between the MLP's layers; it is to act on the MLP's result.",
        question="Can an entry of your MLP's result be exactly 0 in training?",
    )
    judgement.misconception(
        "parts_get_no_dropout",
        edits=(("n_head, dropout, explicit)\n", "n_head, 0.0, explicit)\n"), ("MLP(d_model, dropout)", "MLP(d_model)")),
        message="The rate of dropout is not handed on to the parts of the block.",
        question="Which of your block's two parts know its rate of dropout?",
    )
    judgement.another_form("parts_get_no_dropout", edit=("n_head, dropout, explicit)\n", "n_head, 0.0, explicit)\n"))
    judgement.another_form("parts_get_no_dropout", edit=("MLP(d_model, dropout)", "MLP(d_model)"))
    judgement.misconception(
        "drops_the_stream",
        edit=(THINK, "return F.dropout(x + self.mlp(self.mlp_norm(x)), self.mlp.dropout, self.training)"),
        message="Dropout acts on the stream itself: what earlier layers have written is lost with it.",
        question="With a rate of 0.1 and 12 such blocks, which share of the entries of the stream survives?",
    )
    judgement.another_form(
        "drops_the_stream",
        edits=(
            (ATTEND, ATTEND.replace("x = ", "x = F.dropout(") + ", self.mlp.dropout, self.training)"),
            (THINK, "return F.dropout(x + self.mlp(self.mlp_norm(x)), self.mlp.dropout, self.training)"),
        ),
    )
    judgement.another_form(
        "drops_the_stream", edit=(ATTEND, f"x = F.dropout(x, self.mlp.dropout, self.training)\n        {ATTEND}")
    )
    judgement.misconception(
        "ignores_the_cache",
        edit=("self.attention(self.attention_norm(x), cache)", "self.attention(self.attention_norm(x))"),
        message="The cache is not handed on to the attention.",
        question="Which of the two parts looks at other positions, and so needs the past?",
    )

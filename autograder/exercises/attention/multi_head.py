"""Judgement of `attention.multi_head_attention` (Vaswani et al. 2017, section 3.2.2).

The design is free: the judge sets the weights by `load_weights`, and knows a parameter by its value. Symbols and oracle
are those of `multi_head_case`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, identical, raises
from autograder.submission import Submission, SubmissionRaised

from .multi_head_case import LAYERS, NAME, SINGLE, Case, tensor

multi_head = Judgement(
    "attention.multi_head_attention",
    hints=(
        "Three steps are old friends: split into heads, attend, merge. What is new is what comes before the first and "
        "after the last of them, and that these numbers are to be trained.",
        "A torch.nn.Linear(d_model, d_model) that is assigned to self is a projection whose weight and bias "
        "`parameters()` finds. Four of them are all that is to be learnt.",
        "`x.unflatten(-1, (n_head, -1)).transpose(1, 2)` is (batch, heads, time, head_dim), and "
        "`heads.transpose(1, 2).flatten(2)` takes it back. `masked_fill(~mask, -torch.inf)` hides scores.",
        "The softmax of a row of -inf is NaN. `masked_fill(~mask, 0.0)` on the weights repairs it, gradient included. "
        "Where the four layers are called q, k, v and out, `self.load_state_dict(weights)` loads them.",
    ),
)
# d_model and n_head: sizes that differ, so that no two axes can be taken for each other, and equal ones, so that a
# mix-up shows in the values and not in the shape.
SIZES = ((12, 2), (9, 3), (5, 1), (3, 3))


@multi_head.check(weight=2)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Weights and output agree with the definition, for any numbers of heads, queries and keys."""
    for d_model, n_head in SIZES:
        case = Case(rng, d_model, n_head)
        yield from case.compared(f"of {n_head} heads", case.module(s)(*case.inputs))
    case = Case(rng, 4, 2).draw(times=(4, 4), batch=4)
    case.inputs = case.inputs[:1] * 3
    yield from case.compared("where query, key and value are one", case.module(s)(*case.inputs, mask=None))


@multi_head.check(weight=2)
def obeys_the_mask(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A mask of any shape that broadcasts is obeyed: True means that the query may attend to the key."""
    case = Case(rng, 6, 3)
    module = case.module(s)
    batch, heads, query_time, key_time = case.shape
    shapes = ((batch, 1, query_time, key_time), (batch, 1, 1, key_time), (query_time, key_time), (key_time,))
    for shape in (case.shape, *shapes, (heads, query_time, key_time)):
        mask = case.mask(*shape)
        yield from case.compared(f"under a mask of {len(shape)} axes", module(*case.inputs, mask), mask)
    case.draw(times=(5, 5))
    causal = tensor(np.tril(np.ones((5, 5), dtype=bool)))
    yield from case.compared("under a causal mask", module(*case.inputs, mask=causal), causal)


@multi_head.check()
def gives_nothing_where_nothing_is_visible(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A head in which a query may attend to no key has weights 0 and adds nothing to the output; never NaN."""
    case = Case(rng, 6, 2)
    module = case.module(s)
    mask = case.mask()
    mask[0, 0, 0] = mask[1, :, -1] = False  # hidden in one head, and in all
    yield from case.compared("with fully masked rows", module(*case.inputs, mask), mask)
    padding = tensor(np.arange(2) > 0)[:, None, None, None].expand(2, 1, 1, case.key_time)
    yield from case.compared("of a sequence of padding", module(*case.inputs, padding), padding)
    nothing = tensor(np.zeros(case.shape[2:], dtype=bool))
    yield from case.compared("where all is hidden", module(*case.inputs, nothing), nothing)


@multi_head.check()
def survives_large_scores(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Scores of ±10,000 give the right weights, also where a hidden score is by far the largest."""
    for dtype in ("float64", "float32"):
        case = Case(rng, 8, 2).to(dtype, scale=20.0)
        module, mask = case.module(s), case.mask()
        yield from case.compared("of large scores", module(*case.inputs))
        yield from case.compared("of large masked scores", module(*case.inputs, mask), mask)
        # Nothing is projected, and keys are unit vectors in each head: so the entries of a query are its scores.
        for name in "qk":
            case.weights |= {f"{name}.weight": tensor(np.eye(8)), f"{name}.bias": tensor(np.zeros(8))}
        mask = case.draw(times=(3, 4)).mask()
        scores = np.where(mask, -1e4 + rng.random(case.shape), 1e4)
        case.inputs[:2] = tensor(2.0 * scores).transpose(1, 2).flatten(2), tensor(np.eye(4)).repeat(2, 1, 2)
        module.tell("load_weights", case.to(dtype).weights)
        yield from case.compared("of low scores beside high hidden ones", module(*case.inputs, mask), mask)


@multi_head.check()
def keys_have_no_order(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Keys, values and the mask's columns in another order give the same output, and the weights in that order."""
    case = Case(rng, 8, 2)
    module, mask = case.module(s), case.mask()
    query, key, value = case.inputs
    order = np.roll(np.arange(case.key_time), int(rng.integers(1, case.key_time)))
    reordered = [query, key[:, order], value[:, order]]
    for where, masks in (("without a mask", (None, None)), ("under a mask", (mask, mask[..., order]))):
        before, after = module(*case.inputs, masks[0]), module(*reordered, masks[1])
        yield from case.compared(where, before, masks[0])
        for name, got, expected in (("weights", after[1], before[1][..., order]), ("output", after[0], before[0])):
            size = case.growth() * max(1.0, float(expected.abs().max()))
            yield close(f"the {name} of reordered keys {where}", got, expected, magnitude=size, precision=SINGLE)


@multi_head.check()
def lets_gradients_through(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The output's gradients with respect to query, key and value are right, with fully masked rows too."""
    case = Case(rng, 6, 2)
    mask = case.mask()
    mask[0, 0, 0] = mask[1, :, -1] = False
    for where, chosen in (("without a mask", None), ("with fully masked rows", mask)):
        cotangent = tensor(rng.standard_normal((2, case.query_time, 6)))
        held, _ = case.propagated_back(s, cotangent, chosen)
        right, _ = case.gradients(cotangent, chosen)
        for name, remote, gradient in zip(("query", "key", "value"), held, right, strict=True):
            yield case.compared_gradient(f"{name} {where}", remote.get("grad"), gradient)


@multi_head.check()
def every_number_is_trained(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The parameters hold the numbers of load_weights, each once, and no others; each gets its gradient."""
    case = Case(rng, 6, 2)
    cotangent = tensor(rng.standard_normal((2, case.query_time, 6)))
    _, module = case.propagated_back(s, cotangent)
    values, gradients = [np.empty(0)], [np.empty(0)]
    for name, value in module.call("state_dict").items():
        with suppress(SubmissionRaised):  # a buffer, which is not trained
            gradient = module.build("get_parameter", name).get("grad")
            values.append(value.numpy().ravel())
            gradients.append(np.zeros(value.numel()) if gradient is None else gradient.numpy().ravel())
    # However they are arranged, a number is known by its value: no two that were drawn are equal.
    found = np.concatenate(values)
    loaded, right = (
        np.concatenate([given[f"{layer}.{part}"].numpy().ravel() for layer in LAYERS for part in ("weight", "bias")])
        for given in (case.weights, case.gradients(cotangent)[1])
    )
    yield identical("the number of trained numbers", len(found), len(loaded))
    yield close("the parameters, sorted,", np.sort(found), np.sort(loaded))
    got = np.concatenate(gradients)[np.argsort(found)]
    yield case.compared_gradient("the parameters", got, right[np.argsort(loaded)])


@multi_head.check()
def works_in_any_precision_size_and_layout(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """float32, bfloat16, any memory layout, one query, one key, one sequence and heads of width one work."""
    for dtype, roundings in (("float32", 16), ("bfloat16", 4)):
        case = Case(rng, 8, 2).to(dtype, scale=0.5)
        module, mask = case.module(s), case.mask()
        mask[0, 0, 0] = False
        yield from case.compared(f"in {dtype}", module(*case.inputs, mask), mask, roundings)
    case = Case(rng, 4, 4)
    module, mask = case.module(s), case.mask(case.key_time, case.query_time).T
    flipped = [x.transpose(0, 1).contiguous().transpose(0, 1) for x in case.inputs]
    yield from case.compared("of another memory layout", module(*flipped, mask), mask)
    for query_time, key_time, batch in ((1, 4, 1), (4, 1, 2), (1, 1, 1)):
        case.draw((query_time, key_time), batch)
        yield from case.compared(f"of {query_time} queries and {key_time} keys", module(*case.inputs))


@multi_head.check()
def refuses_heads_that_do_not_divide(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """ValueError is raised where d_model is not divisible by n_head."""
    for d_model, n_head in ((10, 4), (7, 2), (9, 6), (3, 4)):
        made = partial(s.build, NAME, d_model, n_head)
        yield raises(f"d_model = {d_model} with n_head = {n_head}", made, "ValueError")


@multi_head.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """query, key, value and the mask are not changed; weights loaded later take the place of earlier ones."""
    case = Case(rng, 6, 2)
    mask = case.mask()
    mask[0, 0, 0] = False
    module = Case(rng, 6, 2).module(s)
    module.tell("load_weights", case.weights)
    given = dict(zip(("query", "key", "value", "mask"), (*case.inputs, mask), strict=True))
    held = {name: s.hold(x) for name, x in given.items()}
    yield from case.compared("after other weights were loaded", module(**held), mask)
    for name, x in given.items():
        yield identical(f"the input {name}", held[name].fetch(), x, f"the input {name} was changed")


SCORES = "q.shape[-1] ** 0.5"
HIDE, REPAIR = "scores.masked_fill(~mask, -torch.inf)", "weights = weights.masked_fill(~mask, 0.0)"
SPLIT, MERGE = "x.unflatten(-1, (self.n_head, -1)).transpose(1, 2)", "(weights @ v).transpose(1, 2).flatten(2)"
PROJECT = "self.split(self.q(query)), self.split(self.k(key)), self.split(self.v(value))"
RETURN = "self.out(merged), weights"
MADE, LOAD = "(torch.nn.Linear(d_model, d_model) for _ in range(4))", "self.load_state_dict(weights)"
CHECK = """        if d_model % n_head:
            raise ValueError(f"d_model = {d_model} is not divisible by n_head = {n_head}")
"""

multi_head.misconception(
    "scaled_by_the_whole_width",
    edit=(SCORES, "query.shape[-1] ** 0.5"),
    message="The scores are divided by √d_model; a head's dot product runs over head_dim columns only.",
    question="Over how many terms does the dot product of one head sum?",
)
multi_head.misconception(
    "not_scaled",
    edit=(f" / {SCORES}", ""),
    message="The scores are not divided by the square root of the head's width, so wide heads attend too sharply.",
    question="How does the variance of a dot product of two random vectors grow with their length?",
)
multi_head.another_form("not_scaled", edit=(SCORES, "q.shape[-1]"))
multi_head.misconception(
    "softmax_over_queries",
    edits=(
        ("scores.softmax(dim=-1)", "scores.softmax(dim=-2)"),
        (f"{HIDE}.softmax(dim=-1)", f"{HIDE}.softmax(dim=-2)"),
    ),
    message="This equals a softmax over the query axis: columns of the weights sum to one instead of rows.",
    question="For one query, which numbers should be a probability distribution?",
)
multi_head.misconception(
    "mask_inverted",
    edits=((HIDE, "scores.masked_fill(mask, -torch.inf)"), (REPAIR, "weights = weights.masked_fill(mask, 0.0)")),
    message="The mask is inverted: True means that a query may attend. (torch.nn.MultiheadAttention does it your way.)",
    question="Under a mask that is True everywhere, what should a query see?",
)
multi_head.misconception(
    "mask_after_softmax",
    edit=(HIDE, "scores"),
    message="The mask is applied after the softmax: rows no longer sum to one, since hidden keys took their share.",
    question="What do the weights of a query that sees a single key sum to?",
)
multi_head.misconception(
    "hidden_scores_merely_low",
    edit=("-torch.inf", "-1e4"),
    message="Hidden scores are set to a number that is low, but not far below a visible score of −10,000.",
    question="What happens where the visible scores are lower still?",
)
multi_head.another_form("hidden_scores_merely_low", edit=("-torch.inf", "-1e3"))
multi_head.misconception(
    "empty_row_is_nan",
    edit=(REPAIR, "pass"),
    message="A query that may attend to nothing gets NaN: its softmax is 0/0.",
    question="What is the sum of the exponentials of a row of -inf?",
)
multi_head.misconception(
    "empty_row_is_uniform",
    edits=(("-torch.inf", "torch.finfo(scores.dtype).min"), (REPAIR, "pass")),
    message="A query that may attend to nothing attends to everything: equal scores have equal weights, however low.",
    question="What is the softmax of (−10⁹, −10⁹, −10⁹)?",
)
multi_head.misconception(
    "gradient_is_nan",
    edit=(HIDE, "(scores + torch.zeros_like(scores).masked_fill(~mask, -torch.inf))"),
    message="The NaN of a fully masked row is repaired in the weights, but not in their gradient, which reaches query.",
    question="What does the backward pass of an addition do to a NaN, and what that of `masked_fill`?",
)
multi_head.misconception(
    "reshape_for_a_transpose",
    edits=((SPLIT, "x.reshape(len(x), self.n_head, x.shape[1], -1)"), (MERGE, "(weights @ v).reshape(query.shape)")),
    message="The heads are cut out by a reshape alone: a head then holds some positions with all their columns.",
    question="In memory, what follows the last column of position 0: the next head, or position 1?",
)
multi_head.another_form("reshape_for_a_transpose", edit=(MERGE, "(weights @ v).reshape(query.shape)"))
multi_head.misconception(
    "head_takes_every_nth_column",
    edits=(
        (SPLIT, "x.unflatten(-1, (-1, self.n_head)).movedim(-1, 1)"),
        (MERGE, "(weights @ v).movedim(1, -1).flatten(2)"),
    ),
    message="Head h gets the columns h, h + n_head, h + 2·n_head, …; it is to get neighbouring ones.",
    question="When the last axis is cut in two, which of the two parts varies fastest?",
)
multi_head.misconception(
    "weights_averaged_over_heads",
    edit=(RETURN, "self.out(merged), weights.mean(dim=1)"),
    message="The weights are averaged over the heads; those of each head are asked for.",
    question="Which axis do the weights lose, and what could be read from it?",
)
multi_head.misconception(
    "no_output_projection",
    edit=(RETURN, "merged, weights"),
    message="The heads are laid side by side, and the last projection is left out.",
    question="How does a column of head 0 ever meet one of head 1?",
)
multi_head.misconception(
    "values_from_the_key",
    edit=("self.v(value)", "self.v(key)"),
    message="The values are projected from `key`; the argument `value` is never used.",
    question="Your module is called with three different inputs. Where does each of them go?",
)
multi_head.misconception(
    "weights_transposed",
    edit=(LOAD, "self.load_state_dict({name: x.mT if x.ndim == 2 else x for name, x in weights.items()})"),
    message="The weights are applied as x W; in torch's convention it is x Wᵀ: a row of W belongs to an output.",
    question="What is the shape of torch.nn.Linear(3, 5).weight?",
)
multi_head.misconception(
    "biases_left_out",
    edits=(
        (MADE, MADE.replace("d_model)", "d_model, bias=False)")),
        (LOAD, "self.load_state_dict(weights, strict=False)"),
    ),
    message="The projections have no biases, and those that are loaded are dropped without a word.",
    question="What is x Wᵀ + b where x is 0?",
)
multi_head.misconception(
    "parameters_out_of_sight",
    edits=(
        (f"self.q, self.k, self.v, self.out = {MADE}", f"self.layers = list{MADE}"),
        (PROJECT, "(self.split(layer(x)) for layer, x in zip(self.layers, (query, key, value)))"),
        (RETURN, "self.layers[3](merged), weights"),
        (
            LOAD,
            "for name, layer in zip(('q', 'k', 'v', 'out'), self.layers):\n"
            "            layer.load_state_dict({part: weights[f'{name}.{part}'] for part in ('weight', 'bias')})",
        ),
    ),
    message="The weights are plain tensors, or in layers of a plain list, where `parameters()` and `.double()` do not "
    "find them, and no optimizer either.",
    question="What does list(module.parameters()) hold?",
)
multi_head.another_form(
    "parameters_out_of_sight",
    edit=(
        LOAD,
        "for name in ('q', 'k', 'v', 'out'):\n"
        "            w, b = weights[f'{name}.weight'], weights[f'{name}.bias']\n"
        "            delattr(self, name)\n"
        "            setattr(self, name, lambda x, w=w, b=b: torch.nn.functional.linear(x, w, b))",
    ),
)
multi_head.misconception(
    "gradient_cut",
    edit=(RETURN, "self.out(merged.detach()), weights"),
    message="The output is cut off from what went before (by `detach`, `.data`, `torch.no_grad` or a new tensor), so "
    "only the last projection is trained.",
    question="Which operations of your forward pass does autograd not see?",
)
multi_head.misconception(
    "changes_the_mask",
    edits=(
        (HIDE, "scores.masked_fill(mask.logical_not_(), -torch.inf)"),
        (REPAIR, "weights = weights.masked_fill(mask, 0.0)"),
    ),
    message="The mask is inverted in place, so the caller's mask has changed, and the next layer sees the opposite.",
    question="What is the difference between `mask.logical_not()` and `mask.logical_not_()` for the caller?",
)
multi_head.misconception(
    "any_widths_accepted",
    edit=(CHECK, ""),
    message="A number of heads that does not divide the width is accepted.",
    question="How wide is each of 4 heads when d_model is 10?",
)

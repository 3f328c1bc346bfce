"""Judgement of `ppo.entropy`: −Σ p·ln p of a softmax over the last axis, and its gradient.

Symbols: H the entropy; ∂H/∂logit_i = −p_i·(ln p_i + H). The oracle takes one row at a time and leaves out what has no
probability, so that 0·ln 0 never comes up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, same_type
from autograder.submission import Submission

from .inputs import unchanged

entropy = Judgement(
    "ppo.entropy",
    hints=(
        "What is the entropy of n equally likely actions, and that of a certain one? Try your formula on both.",
        "`log_softmax` gives ln p without computing p first. Then p is its exp.",
        "A logit of −inf gives p = 0 and ln p = −inf, and 0 · −inf is NaN. ln p has to be replaced there *before* the "
        "product: what is chosen away by a `where` afterwards still has a gradient, and that is NaN.",
        "`log_p = logits.log_softmax(-1)`, then `log_p.clamp(min=torch.finfo(logits.dtype).min)` changes −inf alone.",
    ),
)
NAME = "categorical_entropy"


def by_definition(logits: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """The entropy of each row, and its derivatives by the row's logits."""
    rows = logits.double().numpy()
    entropies, slopes = np.zeros(rows.shape[:-1]), np.zeros(rows.shape)
    for index in np.ndindex(rows.shape[:-1]):
        row = rows[index]
        top = float(row.max())
        whole = math.fsum(math.exp(x - top) for x in row)
        for x in row:
            p = math.exp(x - top) / whole
            entropies[index] -= p * (x - top - math.log(whole)) if p else 0.0
        for i, x in enumerate(row):
            p = math.exp(x - top) / whole
            slopes[index][i] = -p * (x - top - math.log(whole) + entropies[index]) if p else 0.0
    return entropies, slopes


def draw(rng: np.random.Generator, *shape: int, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.from_numpy(rng.normal(0.0, 1.5, shape) + rng.normal(0.0, 3.0, (*shape[:-1], 1))).to(dtype)


def size_of(logits: Tensor) -> float:
    """What rounding is relative to: an error in a logit is an absolute error of ln p."""
    return 4.0 + float(logits[logits.isfinite()].abs().max())


def compared(where: str, got: Any, logits: Tensor) -> Observation:
    expected, _ = by_definition(logits)
    return close(f"the entropy {where}", got, expected, magnitude=size_of(logits), precision=logits.dtype)


@entropy.check(weight=2)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each row of logits gives −Σ p·ln p, in nats, for any number of axes in front."""
    for shape in ((5,), (4, 3), (3, 3), (2, 5, 4), (3, 2, 2, 6)):
        logits = draw(rng, *shape)
        yield compared(f"of logits {shape}", s.call(NAME, logits), logits)


@entropy.check()
def between_0_and_ln_n(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """It is ln n for n equal logits, 0 for a single action, and nearly 0 where one action is certain."""
    certain = torch.zeros(3, 4, dtype=torch.float64)
    certain[torch.arange(3), torch.from_numpy(rng.integers(0, 4, 3))] = 60.0
    nearly = torch.from_numpy(-rng.uniform(19.5, 21.0, (2, 6)))  # probabilities of some 1e-9
    nearly[:, int(rng.integers(0, 6))] = 0.0
    cases = {
        "of a nearly certain action": nearly,
        "of equal logits": torch.full((2, int(rng.integers(3, 9))), float(rng.normal()), dtype=torch.float64),
        "of one action": draw(rng, 3, 1),
        "of a certain action": certain,
    }
    for where, logits in cases.items():
        yield compared(where, s.call(NAME, logits), logits)


@entropy.check()
def survives_large_logits(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Logits of ±10,000 give no NaN, and a number added to all logits of a row changes nothing."""
    for dtype in (torch.float32, torch.float64):
        logits = draw(rng, 4, 5, dtype=dtype)
        large = (5e3 * logits).to(dtype)
        yield compared("of large logits", s.call(NAME, large), large)
        shifted = logits + torch.tensor([[1e4], [-1e4], [300.0], [-800.0]], dtype=dtype)
        yield compared("of shifted logits", s.call(NAME, shifted), shifted)


@entropy.check(weight=2)
def has_the_gradient(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The gradient by a logit is −p·(ln p + H)."""
    for shape in ((4,), (3, 5), (2, 3, 4)):
        logits = draw(rng, *shape)
        cotangent = torch.from_numpy(rng.standard_normal(shape[:-1]))
        _, [gradient] = s.vjp(NAME, logits, wrt=[0], cotangent=cotangent)
        yield holds("the gradient", gradient is not None, "no gradient comes from the entropy to the logits")
        expected = by_definition(logits)[1] * cotangent.numpy()[..., None]
        yield close("the gradient", gradient, expected, magnitude=3.0 * size_of(logits))


@entropy.check(weight=2)
def actions_that_cannot_be_taken(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A logit of −inf adds nothing to the entropy; its gradient is 0, and the others' are right."""
    for dtype in (torch.float64, torch.float32):
        logits = draw(rng, 5, 4, dtype=dtype)
        hidden = torch.from_numpy(rng.random((5, 4)) < 0.4)
        hidden[0], hidden[:, 1] = True, False
        hidden[1, 0] = True
        logits[hidden] = -math.inf
        got, [gradient] = s.vjp(NAME, logits, wrt=[0], cotangent=torch.ones(5, dtype=dtype))
        yield compared("with logits of −inf", got, logits)
        size = 3.0 * size_of(logits)
        there = gradient is not None
        yield holds("the gradient", there, "no gradient comes from the entropy to the logits")
        expected = by_definition(logits)[1]
        yield close("the gradient with logits of −inf", gradient, expected, magnitude=size, precision=dtype)


@entropy.check()
def keeps_the_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The result has the logits' dtype and their shape less the last axis, whatever the layout."""
    for dtype in (torch.float32, torch.float64):
        logits = draw(rng, 4, 6, dtype=dtype)
        for layout, tensor in (("contiguous", logits), ("transposed", logits.T), ("strided", logits[:, ::2])):
            got = s.call(NAME, tensor)
            yield same_type(f"the entropy of {layout} {dtype} logits", got, tensor[:, 0])
            yield compared(f"of {layout} {dtype} logits", got, tensor)


@entropy.check()
def leaves_its_input_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The logits are not changed, those of −inf included."""
    logits = draw(rng, 3, 4)
    logits[1, 2] = -math.inf
    yield unchanged(s, NAME, {"logits": logits})


LOG_P = "logits.log_softmax(dim=-1)"
CLAMP = ".clamp(min=torch.finfo(logits.dtype).min)"
RETURN = "return -(log_p.exp() * log_p).sum(dim=-1)"


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
    entropy.misconception(identity, edits=edits, message=message, question=question)


mistake(
    "sign",
    "The sign is missing: Σ p·ln p is never positive.",
    "What sign does ln p have?",
    ("return -", "return "),
)
mistake(
    "in_bits",
    "The logarithm has base 2; the entropy is asked for in nats.",
    "What should it be for 8 equally likely actions?",
    (RETURN, f"{RETURN} / math.log(2)".replace("math.log(2)", repr(math.log(2)))),
)
mistake(
    "share_of_the_largest",
    "The entropy is divided by ln n, so that it lies between 0 and 1; it is asked for in nats.",
    "What should it be for 8 equally likely actions?",
    (RETURN, f"{RETURN} / torch.tensor(logits.shape[-1], dtype=logits.dtype).log()"),
)
mistake(
    "mean_over_actions",
    "The mean over the actions is taken, not the sum: the entropy is too small by their number.",
    "Which weights does an expected value have?",
    ("sum(dim=-1)", "mean(dim=-1)"),
)
mistake(
    "not_weighted",
    "The logarithms are averaged without their probabilities: an action that is hardly ever taken counts in full.",
    "Over which distribution is −ln p to be averaged?",
    (RETURN, "return -log_p.mean(dim=-1)"),
)
entropy.another_form("not_weighted", edit=(RETURN, "return -log_p.sum(dim=-1)"))
mistake(
    "of_the_likeliest_action",
    "This is −ln p of the likeliest action, not the average over all of them.",
    "Over which distribution is −ln p to be averaged?",
    (RETURN, "return -log_p.amax(dim=-1)"),
)
mistake(
    "one_number_for_all",
    "All rows are averaged or summed; each row is to have its own entropy.",
    "How many policies, one for each observation, does a batch hold?",
    (RETURN, f"{RETURN}.mean()"),
)
entropy.another_form("one_number_for_all", edit=("sum(dim=-1)", "sum()"))
mistake(
    "wrong_axis",
    "The softmax or the sum runs over another axis than the last.",
    "At one observation, which numbers are probabilities that sum to one?",
    ("softmax(dim=-1)", "softmax(dim=0)"),
    ("sum(dim=-1)", "sum(dim=0)"),
)
entropy.another_form("wrong_axis", edit=("softmax(dim=-1)", "softmax(dim=0)"))
mistake(
    "logits_taken_for_probabilities",
    "The logits are used as probabilities; they can be negative and do not sum to one.",
    "Which function makes probabilities of logits?",
    (f"log_p = {LOG_P}{CLAMP}", "p = logits"),
    ("log_p.exp() * log_p", "p * p.log()"),
)
mistake(
    "logits_taken_for_logarithms",
    "The logits are used as ln p: they are that only up to a number for each row.",
    "Add 5 to all logits of a row. Does the policy change, and does this entropy?",
    (f"{LOG_P}{CLAMP}", f"logits{CLAMP}"),
)
entropy.another_form("logits_taken_for_logarithms", edit=("log_p.exp() * log_p", f"log_p.exp() * logits{CLAMP}"))
mistake(
    "softmax_twice",
    "The softmax is taken of the softmax: the policy seems to be nearly uniform.",
    "What does `log_softmax` take: logits or probabilities?",
    (LOG_P, "logits.softmax(dim=-1).log_softmax(dim=-1)"),
)
mistake(
    "log_of_softmax",
    "The logarithm is taken of the finished softmax, which is 0 for an unlikely action.",
    "Is 0 · ln 0 a number? And what is the gradient of the logarithm there?",
    (f"{LOG_P}{CLAMP}", "logits.softmax(dim=-1).log()"),
)
mistake(
    "small_constant_in_the_logarithm",
    "A constant is added to p before the logarithm, so a certain policy has an entropy below 0.",
    "What is −ln(1 + 1e-8), and what could be done instead where p is 0?",
    (RETURN, "p = logits.softmax(dim=-1)\n    return -(p * (p + 1e-8).log()).sum(dim=-1)"),
)
for constant in ("1e-6", "1e-10"):
    entropy.another_form(
        "small_constant_in_the_logarithm",
        edit=(RETURN, f"p = logits.softmax(dim=-1)\n    return -(p * (p + {constant}).log()).sum(dim=-1)"),
    )
entropy.another_form(
    "small_constant_in_the_logarithm",
    edit=(RETURN, "p = logits.softmax(dim=-1)\n    return -(p * p.clamp(min=1e-8).log()).sum(dim=-1)"),
)
mistake(
    "overflows",
    "exp is taken of the raw logits, which overflows for large ones.",
    "What can be taken off all logits of a row without changing its softmax?",
    (f"{LOG_P}{CLAMP}", f"(logits - logits.exp().sum(dim=-1, keepdim=True).log()){CLAMP}"),
)
mistake(
    "nan_for_impossible_actions",
    "An action with a logit of −inf makes the entropy NaN: 0 · −∞.",
    "What does p·ln p tend to as p goes to 0?",
    (CLAMP, ""),
)
mistake(
    "nan_in_the_gradient",
    "The value is right, but NaN comes back as the gradient: what is chosen away after the product is differentiated "
    "all the same.",
    "`where` passes a gradient of 0 to what it did not choose. What is 0 times the derivative of p·ln p at p = 0?",
    (
        RETURN,
        "return -torch.where(log_p.exp() > 0, log_p.exp() * log_p, 0.0).sum(dim=-1)",
    ),
    (CLAMP, ""),
)
entropy.another_form(
    "nan_in_the_gradient", edits=((RETURN, "return -(log_p.exp() * log_p).nansum(dim=-1)"), (CLAMP, ""))
)
entropy.another_form(
    "nan_in_the_gradient",
    edits=((RETURN, "return torch.special.entr(log_p.exp()).sum(dim=-1)"), (CLAMP, "")),
)
mistake(
    "probabilities_detached",
    "The probabilities are detached. The value is right, but the gradient is exactly 0: Σ p·∂ln p = 0.",
    "What is the derivative of Σ p, and what does it say about Σ p·∂ln p?",
    ("log_p.exp() * log_p", "log_p.exp().detach() * log_p"),
)
mistake(
    "nothing_to_learn_from",
    "The result is detached or a plain number: the bonus would be logged and have no effect.",
    "What is the entropy's gradient needed for?",
    (RETURN, f"{RETURN}.detach()"),
)
mistake(
    "always_another_precision",
    "The result does not have the dtype of the logits.",
    "What becomes of a loss in float32 to which a float64 term is added?",
    (LOG_P, "logits.double().log_softmax(dim=-1)"),
)
mistake(
    "works_in_place",
    "The logits are written to, and the policy that they belong to is another one afterwards.",
    "What is the difference between `x = x - m` and `x -= m` for the caller?",
    (f"log_p = {LOG_P}", f"logits.clamp_(min=-1e9)\n    log_p = {LOG_P}"),
)
entropy.another_form(
    "works_in_place",
    edit=(f"log_p = {LOG_P}", f"logits.data.sub_(logits.data.amax(dim=-1, keepdim=True))\n    log_p = {LOG_P}"),
)

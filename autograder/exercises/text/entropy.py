"""Judgement of `text.entropy_bonus`: how undecided the policy is, where it decides.

Symbols: column t of the mask stands for the token at t + 1, and the logits at t decide it. H = −Σ p log p in nats; its
gradient by a logit is −p · (log p + H). The oracle takes one position at a time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, no_coarser
from autograder.submission import Submission

from .cases import sizes, some_logits, some_mask

entropy = Judgement(
    "text.entropy_bonus",
    hints=(
        "What is the entropy of four tokens that are equally likely, and of one that is certain? Which sign has it?",
        "Both factors of p · log p come from the same logits, and the gradient needs both. The last logits belong to "
        "no target: how many columns has the mask?",
        "`log_softmax` gives log p, its exponential p. A token with the logit −inf has p = 0 and log p = −inf, and "
        "their product would be NaN: replace that log p by 0 *before* you multiply, so that the gradient is right too.",
        "Sum the entropies of the kept targets of the whole batch, then divide once, by their number or by 1 where "
        "there is none: `mask.sum().clamp(min=1)`.",
    ),
)
NAME = "entropy_bonus"


def by_definition(logits: Tensor, mask: Tensor) -> tuple[float, np.ndarray]:
    """The mean entropy and its gradient by the logits, in double precision, one position at a time."""
    scores = logits.double().numpy()
    total, kept, gradient = 0.0, 0, np.zeros(scores.shape)
    for row, t in zip(*np.nonzero(mask.numpy()), strict=True):
        powers = np.exp(scores[row, t] - scores[row, t].max())
        probs = powers / powers.sum()
        logs = np.log(probs, where=probs > 0, out=np.zeros_like(probs))
        here = -float(np.sum(probs * logs))
        total, kept = total + here, kept + 1
        gradient[row, t] = -probs * (logs + here)
    return total / max(kept, 1), gradient / max(kept, 1)


def draw(rng: np.random.Generator, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
    """Logits (batch, time, vocab), of very different entropies, and a mask (batch, time − 1)."""
    batch, time, vocab = sizes(rng)
    logits = some_logits(rng, (batch, time, vocab), dtype)
    sharper = torch.from_numpy(rng.uniform(0.2, 1.5, size=(batch, time, 1))).to(dtype)
    return logits * sharper, some_mask(rng, batch, time - 1)


def judged(s: Submission, where: str, logits: Tensor, mask: Tensor, scale: float = 1.0) -> Iterator[Observation]:
    """The entropy and its gradient beside the definition."""
    got, [gradient] = s.vjp(NAME, logits, mask, wrt=[0], cotangent=torch.tensor(scale))
    value, expected = by_definition(logits, mask)
    # A logit's rounding moves the entropy and its gradient by as much as it is large.
    size = max(math.log(logits.shape[-1]), float(logits[torch.isfinite(logits)].abs().max()))
    yield no_coarser(f"the entropy {where}", got, torch.float32)
    yield close(f"the entropy {where}", got, np.float64(value), magnitude=size, precision=torch.float32)
    yield holds(f"a gradient {where}", gradient is not None, "no gradient comes from the entropy to the logits")
    precision = torch.bfloat16 if logits.dtype == torch.bfloat16 else torch.float32
    yield close(
        f"the gradient {where}",
        gradient,
        scale * expected,
        magnitude=scale * (np.abs(expected).max() if precision == torch.bfloat16 else size / max(1, int(mask.sum()))),
        precision=precision,
    )


@entropy.check(weight=4)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """It is the mean of −Σ p log p, in nats, over the kept targets of the whole batch, and has its gradient."""
    for _ in range(3):
        yield from judged(s, "under a mask", *draw(rng), scale=float(rng.uniform(0.5, 2.0)))
    logits, mask = draw(rng)
    yield from judged(s, "of all targets", logits, torch.ones_like(mask))


@entropy.check()
def is_zero_where_nothing_is_kept(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where no target is kept, or there is none, it is 0 and so is its gradient, never NaN; one target is enough."""
    logits, mask = draw(rng)
    yield from judged(s, "where nothing is kept", logits, torch.zeros_like(mask))
    yield from judged(s, "of one token", logits[:, :1], mask[:, :0])
    one = torch.zeros_like(mask)
    one[int(rng.integers(0, len(one))), int(rng.integers(0, one.shape[1]))] = True
    yield from judged(s, "where one target is kept", logits, one)


@entropy.check(weight=2)
def knows_that_some_tokens_are_forbidden(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A token whose logit is −inf adds nothing to the entropy, and the gradients are right, never NaN."""
    logits, mask = draw(rng)
    forbidden = torch.from_numpy(rng.random(logits.shape) < 0.4)
    forbidden[..., 0] = False
    yield from judged(s, "with logits of −inf", logits.masked_fill(forbidden, -torch.inf), mask)
    forbidden[..., 1:] = True
    yield from judged(s, "where one token is left", logits.masked_fill(forbidden, -torch.inf), mask)


@entropy.check()
def survives_large_logits(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Logits of ±10,000 give the right entropy, and a number added to all logits of a place changes nothing."""
    logits, mask = draw(rng)
    yield from judged(s, "of large logits", 5e3 * logits, mask)
    shifted = logits + torch.from_numpy(rng.uniform(-1e3, 1e3, size=(*logits.shape[:2], 1))).float()
    yield from judged(s, "of shifted logits", shifted, mask)


@entropy.check()
def computes_in_single_precision(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Logits in bfloat16 or float64, in any memory layout, give an entropy as precise as in float32."""
    for dtype in (torch.bfloat16, torch.float64):
        logits, mask = draw(rng, dtype)
        yield from judged(s, f"in {dtype}", logits.mT.contiguous().mT, mask.T.contiguous().T)


@entropy.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Logits and mask are not changed."""
    inputs = draw(rng)
    held = [s.hold(value) for value in inputs]
    s.call(NAME, *held)
    for name, remote, value in zip(("logits", "mask"), held, inputs, strict=True):
        yield identical(name, remote.fetch(), value, f"the input {name} was changed")


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
    entropy.misconception(identity, edits=edits, source=source, message=message, question=question)


SOFTMAX = "log_probs = torch.log_softmax(logits[:, :-1].float(), dim=-1)"
FINITE = "finite = log_probs.clamp(min=torch.finfo(log_probs.dtype).min)"
ENTROPIES = "entropies = -(log_probs.exp() * finite).sum(dim=-1)"
RETURNED = "return torch.where(mask, entropies, 0.0).sum() / mask.sum().clamp(min=1)"

mistake(
    "negative",
    "The sign is wrong: this is Σ p log p, largest where the policy is certain. As a bonus it would drive the policy "
    "to one token.",
    "Which has the larger entropy, a fair coin or one that always shows heads?",
    (ENTROPIES, ENTROPIES.replace("-(", "(")),
)
mistake(
    "in_bits",
    "The logarithm has base 2; the entropy is asked for in nats.",
    "What should the entropy of V equally likely tokens be?",
    (RETURNED, RETURNED + f" / {math.log(2)}"),
)
mistake(
    "share_of_the_largest",
    "It is divided by log V, the largest entropy there is: a share and not nats.",
    "What should the entropy of V equally likely tokens be?",
    (RETURNED, RETURNED + " / torch.tensor(float(logits.shape[-1])).log()"),
)
mistake(
    "mean_over_the_vocabulary",
    "The terms p log p are averaged over the vocabulary; an entropy is their sum.",
    "Half of the tokens are forbidden and the others equally likely. Does it matter how many were forbidden?",
    (ENTROPIES, ENTROPIES.replace(".sum(", ".mean(")),
)
mistake(
    "mask_ignored",
    "The mask has no effect: the policy is rewarded for being undecided about the prompt and behind the end.",
    "Where does the policy make a decision?",
    (RETURNED, "return entropies.sum() / max(entropies.numel(), 1)"),
)
mistake(
    "mask_inverted",
    "The mask is the wrong way round: True keeps a target.",
    "What does True in the mask say about a token?",
    (RETURNED, "return torch.where(mask, 0.0, entropies).sum() / (~mask).sum().clamp(min=1)"),
)
mistake(
    "divides_by_all",
    "The sum over the kept targets is divided by the number of all places, so padding makes the policy look decided.",
    "Half of the batch is padding. Over how many entropies is the mean to be taken?",
    (RETURNED, "return torch.where(mask, entropies, 0.0).sum() / max(mask.numel(), 1)"),
)
mistake(
    "mean_of_means",
    "The mean is taken in each sequence first, so a token of a short text weighs more than one of a long text.",
    "Two sequences keep 1 and 9 targets. What share of the mean has the first one's target?",
    (RETURNED, "return (torch.where(mask, entropies, 0.0).sum(1) / mask.sum(1).clamp(min=1)).mean()"),
)
mistake(
    "sum_not_mean",
    "The entropies are summed, not averaged: the bonus grows with the length of the texts.",
    "Should a policy earn more entropy by writing more?",
    (RETURNED, "return torch.where(mask, entropies, 0.0).sum()"),
)
entropy.another_form("sum_not_mean", edit=(RETURNED, "return torch.where(mask, entropies, 0.0).sum() / len(mask)"))
mistake(
    "nan_where_nothing_is_kept",
    "Where nothing is kept, this divides 0 by 0.",
    "What should a batch without a single target add to the loss?",
    (".clamp(min=1)", ""),
)
mistake(
    "logits_one_late",
    "The mask is lined up with the logits of the targets' own positions; a target was decided by the logits before it.",
    "Column t of the mask stands for the token at t + 1. Which logits were there when it was drawn?",
    ("logits[:, :-1]", "logits[:, 1:]"),
)
mistake(
    "detached",
    "The entropy is cut off from the logits: its value is right, and as a bonus it does nothing.",
    "Along which path does the bonus change the policy?",
    ("logits[:, :-1].float()", "logits[:, :-1].detach().float()"),
)
mistake(
    "probabilities_detached",
    "The probabilities are treated as constants in p · log p. The value is right, and the gradient is exactly 0: "
    "Σ p ∇log p = ∇ Σ p = 0.",
    "Which of the two factors moves when a logit does? What is Σ p · ∇log p?",
    ("log_probs.exp() * finite", "log_probs.exp().detach() * finite"),
)
mistake(
    "nan_where_a_token_is_forbidden",
    "A token with the logit −inf makes it NaN: 0 · (−inf).",
    "What does a token that is never drawn add to the entropy?",
    (FINITE, "finite = log_probs"),
)
entropy.another_form(
    "nan_where_a_token_is_forbidden",
    edit=(ENTROPIES, "entropies = torch.special.entr(log_probs.exp()).sum(dim=-1)"),
)
entropy.another_form(
    "nan_where_a_token_is_forbidden",
    edit=(ENTROPIES, "entropies = -(log_probs.exp() * log_probs).nan_to_num().sum(dim=-1)"),
)
mistake(
    "softmax_over_time",
    "The softmax runs over the positions instead of the vocabulary.",
    "At one position, which numbers are to be probabilities that sum to one?",
    ("float(), dim=-1)", "float(), dim=1)"),
)
mistake(
    "of_the_mean_policy",
    "The probabilities are averaged over the targets first. That is the entropy of a mixture: a policy that is always "
    "sure, of something else each time, would seem undecided.",
    "One position is sure of a, the next is sure of b. How undecided is the policy?",
    (
        ENTROPIES,
        "mixed = (log_probs.exp() * mask[..., None]).sum((0, 1), keepdim=True) / mask.sum().clamp(min=1)\n"
        "    entropies = -(mixed * mixed.clamp(min=1e-30).log()).sum(dim=-1).expand_as(mask)",
    ),
)
mistake(
    "half_precision",
    "It is computed in the dtype of the logits, which may be bfloat16 with its three digits.",
    "What does each addition lose in bfloat16?",
    (".float()", ""),
)

"""Judgement of `gpt.next_token_loss`: the shifted cross-entropy of a language model.

Symbols: the logits at position t are for the token at t + 1, the *target*; a mask, aligned with the tokens, says which
targets count. The oracle takes one target at a time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, no_coarser
from autograder.submission import Submission

loss = Judgement(
    "gpt.next_token_loss",
    hints=(
        "Write down for time = 3 which logits predict which token. How many predictions are there?",
        "The last logits have no target, and the first token is predicted by nothing: `logits[:, :-1]` stand beside "
        "`tokens[:, 1:]`. A mask belongs to the tokens. Which of its columns stand beside the targets?",
        "`log_softmax` over the vocabulary is stable where `log(softmax)` is not. `gather` picks the target's entry.",
        "Sum the losses of the kept targets of the whole batch, then divide once, by their number or by 1 where there "
        "is none: `kept.sum().clamp(min=1)`.",
    ),
)
NAME = "next_token_loss"


def by_definition(logits: Tensor, tokens: Tensor, mask: Tensor | None = None) -> tuple[float, np.ndarray]:
    """The loss and its gradient by the logits, in double precision, one target at a time."""
    scores = logits.double().numpy()
    total, kept, gradient = 0.0, 0, np.zeros(scores.shape)
    for sequence, t in np.ndindex(scores.shape[0], scores.shape[1] - 1):
        if mask is None or mask[sequence, t + 1]:
            row, target = scores[sequence, t], int(tokens[sequence, t + 1])
            log_sum = float(row.max() + np.log(np.sum(np.exp(row - row.max()))))
            total, kept = total + log_sum - row[target], kept + 1
            gradient[sequence, t] = np.exp(row - log_sum)
            gradient[sequence, t, target] -= 1.0
    return total / max(kept, 1), gradient / max(kept, 1)


def draw(rng: np.random.Generator, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
    """Logits (batch, time, vocab) of sizes that differ, and tokens (batch, time)."""
    batch, time, vocab = (int(size) for size in rng.permutation(np.arange(3, 9))[:3])
    logits = 2.0 * torch.from_numpy(rng.standard_normal((batch, time, vocab)))
    return logits.to(dtype), torch.from_numpy(rng.integers(0, vocab, size=(batch, time)))


def some_mask(rng: np.random.Generator, tokens: Tensor) -> Tensor:
    """A mask that keeps another number of targets in each of the first three sequences, not the last ones only."""
    mask = torch.from_numpy(rng.random(tokens.shape) < 0.5)
    mask[0, 1:], mask[1, 1:] = True, False
    mask[1, 1] = mask[2, -1] = True
    mask[2, 1] = False
    return mask


def compared(where: str, got: Any, expected: float, logits: Tensor) -> Iterator[Observation]:
    """The loss beside the definition, to the precision of float32."""
    yield no_coarser(f"the loss {where}", got, torch.float32)
    size = max(1.0, float(logits.abs().max()))
    yield close(f"the loss {where}", got, np.float64(expected), magnitude=size, precision=torch.float32)


@loss.check(weight=2)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The loss is the mean of −log p(next token) over all positions that have a next token."""
    inputs = [draw(rng) for _ in range(3)]
    for (logits, tokens), got in zip(inputs, s.each(NAME, inputs), strict=True):
        yield from compared("without a mask", got, by_definition(logits, tokens)[0], logits)
    logits, tokens = draw(rng)
    got = s.call(NAME, logits, tokens, mask=None)
    yield from compared("where mask is None", got, by_definition(logits, tokens)[0], logits)


@loss.check(weight=2)
def counts_the_kept_targets(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With a mask the mean is over the targets that it keeps, of the whole batch together."""
    for one_only in (False, True):
        logits, tokens = draw(rng)
        mask = some_mask(rng, tokens)
        if one_only:
            mask[:] = False
            mask[int(rng.integers(0, 3)), int(rng.integers(1, 3))] = True
        expected, _ = by_definition(logits, tokens, mask)
        yield from compared("under a mask", s.call(NAME, logits, tokens, mask), expected, logits)
        mask[:, 0] = ~mask[:, 0]
        yield from compared("under a mask", s.call(NAME, logits, tokens, mask=mask), expected, logits)


@loss.check()
def is_zero_where_nothing_is_kept(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where no target is kept, or there is none, the loss is 0 and so are its gradients, never NaN."""
    logits, tokens = draw(rng)
    nothing = torch.zeros_like(tokens, dtype=torch.bool)
    first_only = nothing.clone()
    first_only[:, 0] = True
    for where, inputs in (
        ("where nothing is kept", (logits, tokens, nothing)),
        ("where only first tokens are kept", (logits, tokens, first_only)),
        ("of one token", (logits[:, :1], tokens[:, :1])),
        ("of one token under a mask", (logits[:, :1], tokens[:, :1], first_only[:, :1])),
    ):
        got, [gradient] = s.vjp(NAME, *inputs, wrt=[0], cotangent=torch.ones(()))
        yield close(f"the loss {where}", got, np.float64(0.0))
        none = gradient is None or not bool(gradient.isnan().any() | gradient.any())
        yield holds(f"the gradient {where}", none, f"the gradient {where} is not 0")


@loss.check(weight=2)
def has_the_gradients(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The gradient by the logits is (softmax − one-hot) / count at the kept targets' positions and 0 elsewhere."""
    for masked in (False, True):
        logits, tokens = draw(rng)
        mask = some_mask(rng, tokens) if masked else None
        scale = float(rng.uniform(0.5, 2.0))
        _, expected = by_definition(logits, tokens, mask)
        _, [gradient] = s.vjp(NAME, logits, tokens, mask, wrt=[0], cotangent=torch.tensor(scale))
        yield holds("the gradient", gradient is not None, "no gradient comes from the loss to the logits")
        yield close("the gradient", gradient, scale * expected, magnitude=scale, precision=torch.float32)


@loss.check()
def survives_large_logits(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Logits of ±10,000 give the right loss, and a number added to all logits of a position changes nothing."""
    logits, tokens = draw(rng)
    large = 5e3 * logits
    yield from compared("of large logits", s.call(NAME, large, tokens), by_definition(large, tokens)[0], large)
    shifted = logits + torch.from_numpy(rng.uniform(-1e3, 1e3, size=(*tokens.shape, 1))).float()
    expected = by_definition(shifted, tokens)[0]
    yield from compared("of shifted logits", s.call(NAME, shifted, tokens), expected, shifted)


@loss.check()
def computes_in_single_precision(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Logits in bfloat16 or float64, and in any memory layout, give a loss as precise as in float32."""
    for dtype in (torch.bfloat16, torch.float64):
        logits, tokens = draw(rng, dtype)
        mask = some_mask(rng, tokens)
        got = s.call(NAME, logits.mT.contiguous().mT, tokens.T.contiguous().T, mask)
        yield from compared(f"in {dtype}", got, by_definition(logits, tokens, mask)[0], logits)


@loss.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Logits, tokens and mask are not changed."""
    logits, tokens = draw(rng)
    inputs = (logits, tokens, some_mask(rng, tokens))
    held = [s.hold(value) for value in inputs]
    s.call(NAME, *held)
    for name, remote, value in zip(("logits", "tokens", "mask"), held, inputs, strict=True):
        yield identical(name, remote.fetch(), value, f"the input {name} was changed")


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
    loss.misconception(identity, edits=edits, source=source, message=message, question=question)


LOGITS, TARGETS, KEPT = "logits[:, :-1]", "tokens[:, 1:, None]", "mask[:, 1:]"
MEAN = "return (losses * kept).sum() / kept.sum().clamp(min=1)"

mistake(
    "not_shifted",
    "The targets are not shifted: each position is asked for its own token, which it can see.",
    "Which token can the logits at position t not know yet?",
    (LOGITS, "logits"),
    (TARGETS, "tokens[:, :, None]"),
    (KEPT, "mask"),
)
mistake(
    "shifted_back",
    "The targets are shifted the wrong way: each position is asked for the token before it.",
    "Do the logits at position t stand for the token at t − 1 or at t + 1?",
    (LOGITS, "logits[:, 1:]"),
    (TARGETS, "tokens[:, :-1, None]"),
    (KEPT, "mask[:, :-1]"),
)
mistake(
    "shifted_twice",
    "The targets are two positions ahead: shifted once too often.",
    "If tokens and logits were shifted before, what does a second shift make of it?",
    (LOGITS, "logits[:, :-2]"),
    (TARGETS, "tokens[:, 2:, None]"),
    (KEPT, "mask[:, 2:]"),
)
mistake(
    "wraps_around",
    "The last position is asked for the first token: `roll` moves round in a circle.",
    "What does the last position of a sequence predict, and is its answer in the sequence?",
    (LOGITS, "logits"),
    (TARGETS, "tokens.roll(-1, 1)[:, :, None]"),
    (KEPT, "mask.roll(-1, 1)"),
)
mistake(
    "mask_of_inputs",
    "The mask is lined up with the positions that predict; it says which *targets* count.",
    "Mask and tokens have the same columns. Which column of the mask belongs to tokens[:, t + 1]?",
    (KEPT, "mask[:, :-1]"),
)
mistake(
    "mask_ignored",
    "The mask has no effect: padding counts like text.",
    "What should the loss be if all but one target is masked?",
    ("if mask is None else mask[:, 1:].to(losses.dtype)", ""),
)
mistake(
    "mask_inverted",
    "The mask is the wrong way round: True keeps a target, False leaves it out.",
    "What does True in the mask say about a token?",
    (KEPT, "(~mask[:, 1:])"),
)
mistake(
    "divides_by_all",
    "The sum over the kept targets is divided by the number of all positions, so the loss falls as padding grows.",
    "If half of a batch is padding, over how many losses is the mean to be taken?",
    (MEAN, "return (losses * kept).mean() if losses.numel() else losses.sum()"),
)
loss.another_form("divides_by_all", edit=(MEAN, "return (losses * kept).sum() / tokens.numel()"))
mistake(
    "mean_of_means",
    "The mean is taken in each sequence first, so a token of a short sequence weighs more than one of a long one.",
    "Two sequences keep 1 and 9 targets. What share of the loss has the first one's target?",
    (MEAN, "return ((losses * kept).sum(1) / kept.sum(1).clamp(min=1)).mean()"),
)
mistake(
    "sum_not_mean",
    "The losses are summed, not averaged: the loss grows with the size of the batch.",
    "What happens to the gradient when the batch is twice as large?",
    (MEAN, "return (losses * kept).sum()"),
)
loss.another_form("sum_not_mean", edit=(MEAN, "return (losses * kept).sum() / len(losses)"))
mistake(
    "mean_over_vocabulary",
    "The mean runs over the vocabulary as well: the loss is too small by the factor vocab.",
    "How many terms of −Σ p log q are not 0 for one target?",
    (MEAN, "return (losses * kept).sum() / (kept.sum().clamp(min=1) * logits.shape[-1])"),
)
mistake(
    "nan_where_nothing_is_kept",
    "Where nothing is kept, this divides 0 by 0.",
    "What should a batch without a single target add to training?",
    (".clamp(min=1)", ""),
)
mistake(
    "negated",
    "The sign is missing: this is the mean log-likelihood, and a good model has a lower one.",
    "Is log p of a probability positive or negative, and should a loss fall or rise as p grows?",
    ("-log_probs.gather", "log_probs.gather"),
)
mistake(
    "in_bits",
    "The logarithm has base 2; the loss is asked for in nats.",
    "What should the loss of a uniform guess among V tokens be?",
    (MEAN, MEAN + f" / {math.log(2)}"),
)
mistake(
    "perplexity",
    "This is the perplexity, the exponential of the loss.",
    "What is asked for: the mean of −log p, or its exponential?",
    (MEAN, f"return ({MEAN.removeprefix('return ')}).exp()"),
)
mistake(
    "softmax_twice",
    "The logits go through a softmax before the log-softmax, which squeezes them into [0, 1].",
    "What does `log_softmax` take: logits or probabilities?",
    ("logits[:, :-1].float()", "logits[:, :-1].float().softmax(dim=-1)"),
)
mistake(
    "log_of_softmax",
    "The logarithm is taken of the finished softmax, which is 0 for an unlikely token: the loss becomes infinite.",
    "What is log(softmax(x)) once it is written out, and does an exponential have to be computed for the target?",
    ("F.log_softmax(logits[:, :-1].float(), dim=-1)", "F.softmax(logits[:, :-1].float(), dim=-1).log()"),
)
loss.another_form(
    "log_of_softmax",
    edit=(
        "F.log_softmax(logits[:, :-1].float(), dim=-1)",
        "logits[:, :-1].float() - logits[:, :-1].float().exp().sum(-1, keepdim=True).log()",
    ),
)
loss.another_form(
    "log_of_softmax",
    edit=("F.log_softmax(logits[:, :-1].float(), dim=-1)", "(F.softmax(logits[:, :-1].float(), dim=-1) + 1e-9).log()"),
)
mistake(
    "softmax_over_time",
    "The softmax runs over the positions instead of the vocabulary.",
    "At one position, which numbers are to be probabilities that sum to one?",
    ("float(), dim=-1)", "float(), dim=1)"),
)
mistake(
    "half_precision",
    "The loss is computed in the dtype of the logits, which may be bfloat16 with its three digits.",
    "How many numbers are summed for one softmax, and what does each addition lose in bfloat16?",
    (".float()", ""),
)
loss.another_form("half_precision", edit=("logits[:, :-1].float(), dim=-1)", "logits[:, :-1], dim=-1).float()"))
loss.another_form(
    "half_precision",
    edits=(
        (
            "F.log_softmax(logits[:, :-1].float(), dim=-1)",
            "logits[:, :-1] - logits[:, :-1].amax(dim=-1, keepdim=True)\n"
            "    log_probs = log_probs - log_probs.exp().sum(dim=-1, keepdim=True).log()",
        ),
        (
            MEAN,
            "total = (losses * kept).sum()\n    return total.to(max(total.dtype, torch.float32, key=lambda kind: "
            "kind.itemsize)) / kept.sum().clamp(min=1)",
        ),
    ),
)
mistake(
    "padding_is_token_0",
    "Targets with the number 0 are left out, as if 0 always meant padding; what counts is said by the mask alone.",
    "Who decides which token is padding?",
    (MEAN, "kept = kept * (tokens[:, 1:] != 0)\n    " + MEAN),
)
mistake(
    "returns_a_number",
    "The loss is a Python number, without a path back to the logits: nothing could be learned from it.",
    "What does `.item()` leave behind?",
    (MEAN, MEAN.replace("return (", "return ((") + ").item()"),
)
loss.another_form("returns_a_number", edit=(MEAN, MEAN.replace("return (", "return ((") + ").detach()"))

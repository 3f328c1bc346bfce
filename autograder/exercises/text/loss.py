"""Judgement of `text.reinforce_loss`: a loss whose gradient is that of REINFORCE, and whose value means nothing.

Symbols: column t of `log_probs` and `mask` stands for the token at t + 1; `targets` is how many columns there are. What
matters is the gradient, −weight · mask / batch by each log-probability and nothing by the weights. So every case is
judged by its value and by its gradients.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, no_coarser
from autograder.submission import Submission

from .cases import some_mask

loss = Judgement(
    "text.reinforce_loss",
    hints=(
        "Write out the loss of two sequences with two targets each, all kept. What is its derivative by one "
        "log-probability? An optimizer goes down: should a rewarded token's log-probability rise or fall?",
        "One weight for each sequence has to stand beside all columns of that sequence: `weights[:, None]` is "
        "(batch, 1). Try it with as many sequences as targets, where a wrong broadcast says nothing.",
        "The weights may come from a value network, or from the rewards of a model. `detach()` makes them plain "
        "numbers. And 0 · (−inf) is NaN: what is masked has to be *replaced*, by `torch.where(mask, …, 0.0)`.",
        "Sum over the columns first, `.sum(dim=1)`, then take the mean over the sequences. A long completion is one "
        "episode and counts as a whole; nothing is divided by the number of tokens.",
    ),
)
NAME = "reinforce_loss"


def by_definition(log_probs: Tensor, weights: Tensor, mask: Tensor) -> tuple[float, np.ndarray]:
    """The loss and its gradient by the log-probabilities, in double precision, one target at a time."""
    batch, targets = log_probs.shape
    total, gradient = 0.0, np.zeros((batch, targets))
    for row, t in np.ndindex(batch, targets):
        if mask[row, t]:
            weight = float(weights[row] if weights.ndim == 1 else weights[row, t])
            total -= weight * float(log_probs[row, t]) / batch
            gradient[row, t] = -weight / batch
    return total, gradient


def draw(rng: np.random.Generator, square: bool = False, per_target: bool = False) -> tuple[Tensor, Tensor, Tensor]:
    """Log-probabilities, weights around a number that is not 0, and a mask in any pattern."""
    batch, targets = (6, 6) if square else rng.permutation([(4, 7), (7, 4), (5, 6)])[0].tolist()
    log_probs = -torch.from_numpy(rng.exponential(2.0, size=(batch, targets))).float()
    shape = (batch, targets) if per_target else (batch,)
    weights = torch.from_numpy(rng.normal(float(rng.choice([-1.0, 1.0])), 1.5, size=shape)).float()
    return log_probs, weights, some_mask(rng, batch, targets)


def judged(
    s: Submission, where: str, inputs: tuple[Tensor, Tensor, Tensor], scale: float = 1.0
) -> Iterator[Observation]:
    """The loss and its gradient beside the definition."""
    log_probs, weights, _ = inputs
    got, [gradient] = s.vjp(NAME, *inputs, wrt=[0], cotangent=torch.tensor(scale, dtype=log_probs.dtype))
    value, expected = by_definition(*inputs)
    largest = float(weights.abs().max())
    finite = log_probs[torch.isfinite(log_probs)]
    size = largest * max(1.0, float(finite.abs().max())) * log_probs.shape[1]
    yield no_coarser(f"the loss {where}", got, torch.float32)
    yield close(f"the loss {where}", got, np.float64(value), magnitude=size, precision=torch.float32)
    yield holds(f"a gradient {where}", gradient is not None, "no gradient comes from the loss to the log-probabilities")
    yield close(f"the gradient {where}", gradient, scale * expected, magnitude=scale * largest, precision=torch.float32)


@loss.check(weight=4)
def weighs_whole_sequences(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With one weight for each sequence, it is the batch's mean of −weight · the sum of its kept log-probabilities."""
    for square in (False, True):
        where = "of as many sequences as targets" if square else "with weights (batch,)"
        yield from judged(s, where, draw(rng, square), float(rng.uniform(0.5, 2.0)))


@loss.check(weight=2)
def weighs_single_targets(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With one weight for each target, each kept log-probability has its own."""
    for square in (False, True):
        yield from judged(s, "with weights (batch, time − 1)", draw(rng, square, per_target=True))


@loss.check(weight=3)
def sends_nothing_to_the_weights(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """No gradient reaches the weights: they judge the tokens, and are not to be changed by what they judge."""
    for per_target in (False, True):
        inputs = draw(rng, per_target=per_target)
        _, [_, gradient] = s.vjp(NAME, *inputs, wrt=[0, 1], cotangent=torch.ones(()))
        got = inputs[1] * 0 if gradient is None else gradient
        yield close("the gradient of the weights", got, np.zeros(inputs[1].shape))


@loss.check(weight=3)
def is_deaf_to_what_is_masked(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """What stands where the mask is False has no effect: not a large number, not −inf, not NaN."""
    for per_target in (False, True):
        log_probs, weights, mask = draw(rng, per_target=per_target)
        for filler in (-1e6, -torch.inf, torch.nan):
            filled = log_probs.masked_fill(~mask, filler)
            yield from judged(s, f"with {filler} where the mask is False", (filled, weights, mask))


@loss.check()
def is_zero_where_nothing_is_kept(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where no target is kept, the loss is 0 and so is its gradient."""
    log_probs, weights, mask = draw(rng)
    yield from judged(s, "where nothing is kept", (log_probs, weights, torch.zeros_like(mask)))


@loss.check()
def takes_any_batch(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """One sequence, one target, float64 and any memory layout give the same mean."""
    for per_target in (False, True):
        log_probs, weights, mask = draw(rng, per_target=per_target)
        yield from judged(s, "of one sequence", (log_probs[:1], weights[:1], mask[:1]))
        one = weights[:, :1] if per_target else weights
        yield from judged(s, "of one target", (log_probs[:, :1], one, mask[:, :1]))
        strided = weights.double().repeat_interleave(2, dim=-1)[..., ::2]
        yield from judged(s, "in float64", (log_probs.double().T.contiguous().T, strided, mask.T.contiguous().T))


@loss.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Log-probabilities, weights and mask are not changed."""
    inputs = draw(rng)
    held = [s.hold(value) for value in inputs]
    s.call(NAME, *held)
    for name, remote, value in zip(("log_probs", "weights", "mask"), held, inputs, strict=True):
        yield identical(name, remote.fetch(), value, f"the input {name} was changed")


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
    loss.misconception(identity, edits=edits, source=source, message=message, question=question)


KEPT, WEIGHTS = "kept = torch.where(mask, log_probs, 0.0)", "weights = weights.detach().reshape(len(weights), -1)"
RETURNED = "return -(weights * kept).sum(1).mean()"

mistake(
    "ascends",
    "The sign is missing: an optimizer that makes this loss smaller makes rewarded tokens less likely.",
    "An optimizer goes down. Should the log-probability of a token with weight 1 then rise or fall?",
    (RETURNED, RETURNED.replace("-(", "(")),
)
mistake(
    "weights_not_detached",
    "The weights are not detached: a gradient flows into whatever computed them. The loss has the right value, and a "
    "value network would learn to say what makes it small, not what is true.",
    "Which of the two is to change so that the loss falls, the policy or its judge?",
    (".detach()", ""),
)
mistake(
    "log_probs_detached",
    "The log-probabilities are detached: the loss has the right value, and the policy gets no gradient.",
    "Through which of its two factors does the loss reach the policy?",
    ("weights * kept", "weights * kept.detach()"),
)
mistake(
    "everything_detached",
    "Both factors are detached, so there is nothing to learn from.",
    "Through which of its two factors does the loss reach the policy?",
    ("weights * kept", "(weights * kept).detach()"),
)
mistake(
    "probabilities",
    "The weights multiply probabilities instead of log-probabilities, so each token's gradient is scaled by its own "
    "probability: unlikely tokens that did well are hardly learned from.",
    "∇π = π · ∇log π. The tokens were sampled from π already; how often is π then counted?",
    (RETURNED, RETURNED.replace("kept)", "torch.where(mask, log_probs.exp(), 0.0))")),
)
mistake(
    "mask_ignored",
    "The mask has no effect: prompt and padding are taken for choices of the model.",
    "What can the probability of a padding token have to do with the reward?",
    (KEPT, "kept = log_probs"),
)
mistake(
    "mask_inverted",
    "The mask is the wrong way round: True keeps a target.",
    "What does True in the mask say about a token?",
    (KEPT, "kept = torch.where(mask, 0.0, log_probs)"),
)
mistake(
    "multiplies_by_the_mask",
    "What is masked is multiplied by 0; a log-probability of −inf there makes the loss NaN.",
    "What is 0 · (−inf) for a floating-point number?",
    (KEPT, "kept = log_probs * mask"),
)
mistake(
    "mean_over_the_tokens",
    "Each sequence's sum is divided by its number of tokens: a token of a short text weighs more than one of a long "
    "text, and the expected gradient is no longer that of the reward.",
    "The probability of a whole text is a product over its tokens. Is its logarithm a sum or a mean?",
    (RETURNED, "return -((weights * kept).sum(1) / mask.sum(1).clamp(min=1)).mean()"),
)
mistake(
    "mean_over_all_kept",
    "The sum is divided by the number of kept tokens of the batch instead of the number of its sequences.",
    "How many samples of the reward does a batch hold: one for each token or for each sequence?",
    (RETURNED, "return -(weights * kept).sum() / mask.sum().clamp(min=1)"),
)
mistake(
    "mean_over_all_places",
    "The mean runs over all places, masked ones too: the loss shrinks with the room that is left over.",
    "What happens to the gradient if a batch is padded by ten more columns?",
    (RETURNED, "return -(weights * kept).mean()"),
)
mistake(
    "sum_over_the_batch",
    "The sequences are summed, not averaged: the gradient grows with the size of the batch.",
    "Two batches of the same kind, one twice as large: should the step be twice as long?",
    (RETURNED, "return -(weights * kept).sum()"),
)
mistake(
    "weights_along_time",
    "Weights (batch,) are broadcast along the time axis: the first sequence's weight goes to the first token of every "
    "sequence. Only where batch and time differ does torch complain.",
    "Which axis of (batch, time − 1) does a tensor of shape (batch,) line up with by itself?",
    (WEIGHTS, "weights = weights.detach()"),
)
mistake(
    "weights_averaged",
    "The weights are averaged before they multiply, so good and bad sequences get the same weight.",
    "If one of two sequences has the weight 1 and the other −1, what should happen to each?",
    ("weights * kept", "weights.mean() * kept"),
)
mistake(
    "one_weight_for_a_sequence",
    "The weights of a sequence's tokens are averaged: each token has its own.",
    "What is the use of reward-to-go, if all tokens of a sequence share one weight in the end?",
    ("weights * kept", "weights.mean(dim=1, keepdim=True) * kept"),
)
mistake(
    "normalises_the_weights",
    "The weights are centred and scaled here, though they came as they are to be used: a batch of equal weights "
    "gets a gradient of 0 or NaN.",
    "The caller has subtracted a baseline already. What becomes of a batch in which every weight is 1?",
    (
        "weights * kept",
        "(weights - weights.mean()) / (weights.std() + 1e-8) * kept",
    ),
)
loss.another_form("normalises_the_weights", edit=("weights * kept", "(weights - weights.mean()) * kept"))
loss.another_form(
    "normalises_the_weights",
    edit=("weights * kept", "(weights - weights.mean()) / (weights.std(correction=0) + 1e-8) * kept"),
)
mistake(
    "only_good_sequences",
    "Weights below 0 have no effect: the policy never learns what to avoid.",
    "What does a negative weight say about a token, and should its probability fall?",
    ("weights * kept", "weights.clamp(min=0) * kept"),
)

"""Judgement of `rlhf.kl_loss`: an estimate of the KL whose gradient, as a loss, is that of KL(π ‖ π_ref).

Schulman 2020. ℓ is the log-ratio of a whole text. The oracle has the loss and its gradient one token at a time. Apart
from that, a policy over a few texts is drawn whose probabilities are multiples of 1/24: a batch with every text as
often as it is likely makes the mean over the batch an exact expectation.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, no_coarser
from autograder.submission import Submission

from .texts import DTYPES, numbers, places, some_mask, strange_pads, strided, untouched

kl_loss = Judgement(
    "rlhf.kl_loss",
    hints=(
        "The expected gradient of a loss k(ℓ) on texts of π is Σ π(y) · k′(ℓ) · ∇log π(y): the texts are given, so "
        "only k is differentiated. What should k′(ℓ) be, if this is to be Σ π(y) · ℓ · ∇log π(y)?",
        "Differentiate all three. k1′ = 1, and Σ π ∇log π = Σ ∇π = 0. For k3, what is π · e^(−ℓ)?",
        "First ℓ, one number for each text: the sum over its kept tokens, chosen by `torch.where(mask, …, 0.0)`. Then "
        "the estimate, then the mean over the texts.",
        "`ref_log_probs.detach()`: the reference is not to be moved towards the policy.",
    ),
)
NAME = "kl_loss"
Inputs = tuple[Tensor, Tensor, Tensor]


def by_definition(log_probs: Tensor, ref: Tensor, mask: Tensor) -> tuple[float, np.ndarray]:
    """The loss and its gradient by the log-probs."""
    batch = len(mask)
    log_ratio = [0.0] * batch
    for text, t in places(mask):
        log_ratio[text] += float(log_probs[text, t]) - float(ref[text, t])
    gradient = np.zeros(tuple(mask.shape))
    for text, t in places(mask):
        gradient[text, t] = log_ratio[text] / batch
    return sum(x * x for x in log_ratio) / (2 * batch), gradient


def draw(rng: np.random.Generator, dtype: torch.dtype = torch.float32) -> Inputs:
    """Log-probs of texts of unequal lengths; the policy is on the whole surer than the reference."""
    mask = some_mask(rng, int(rng.integers(7, 10)))
    ref = -numbers(rng, *mask.shape, dtype=dtype).abs() - 0.5
    return -(numbers(rng, *mask.shape, dtype=dtype) - 0.5).abs(), ref, mask


def judged(s: Submission, where: str, inputs: Inputs, of: Inputs | None = None) -> Iterator[Observation]:
    """The loss and its gradient on `inputs`, beside the definition on these, or on what they should count as."""
    got, [gradient] = s.vjp(NAME, *inputs, wrt=[0], cotangent=torch.tensor(1.5, dtype=inputs[0].dtype))
    value, expected = by_definition(*(of or inputs))
    yield no_coarser(f"the loss {where}", got, inputs[0].dtype)
    yield close(f"the loss {where}", got, np.float64(value), magnitude=20.0, precision=inputs[0].dtype)
    yield holds(f"a gradient {where}", gradient is not None, "no gradient comes from the loss to the log-probs")
    yield close(f"the gradient {where}", gradient, 1.5 * expected, magnitude=10.0, precision=inputs[0].dtype)


@kl_loss.check(weight=3)
def is_right_on_a_batch(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Value and gradient are those of the right estimate of whole texts' log-ratios, averaged over the texts."""
    for _ in range(2):
        yield from judged(s, "of a batch", draw(rng))


@kl_loss.check(weight=3)
def has_the_gradient_of_the_kl(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """On texts as often as π writes them, the gradient is exactly that of KL(π ‖ π_ref) of whole texts."""
    first = rng.permutation([1, 2, 3])  # of 6; the token 0 is an EOS and ends the text
    second = [rng.permutation([1, 3]) for _ in range(2)]  # of 4, after the tokens 1 and 2
    texts = [(0, 0)] * 4 * first[0]
    texts += [(a, b) for a in (1, 2) for b in (0, 1) for _ in range(first[a] * second[a - 1][b])]
    a, b = torch.tensor([text[0] for text in texts]), torch.tensor([text[1] for text in texts])
    mask = torch.stack([torch.ones_like(a), a], dim=1) > 0

    def log_probs(one: Tensor, two: Tensor) -> Tensor:
        """Of both tokens of every text, (24, 2), from logits (3,) and (2, 2)."""
        return torch.stack([one.log_softmax(0)[a], two.log_softmax(1)[(a - 1).clamp(min=0), b]], dim=1)

    logits = [torch.from_numpy(np.log(first)), torch.from_numpy(np.log(np.stack(second)))]
    ref = log_probs(*(x + numbers(rng, *x.shape, dtype=torch.float64) for x in logits))
    weights = [x.requires_grad_() for x in logits]
    own = log_probs(*weights)
    _, [gradient] = s.vjp(NAME, own.detach(), ref, mask, wrt=[0], cotangent=torch.ones((), dtype=torch.float64))
    fits = isinstance(gradient, Tensor) and gradient.shape == own.shape
    yield holds("a gradient on all texts", fits, "no gradient comes from the loss to the log-probs")
    found = torch.autograd.grad(own, weights, gradient.double(), retain_graph=True)
    # Each text once, with its probability: 24 rows stand for five texts.
    log_p, log_q = (torch.where(mask, x, 0.0).sum(dim=1) for x in (own, ref))
    copies = torch.tensor([texts.count(text) for text in texts])
    right = torch.autograd.grad((log_p.exp() * (log_p - log_q) / copies).sum(), weights)
    for name, got, expected in zip(("first", "second"), found, right, strict=True):
        yield close(f"the gradient by the logits of the {name} token", got, expected, roundings=256, magnitude=2.0)


@kl_loss.check(weight=1)
def is_0_at_the_reference(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where π and π_ref agree, loss and gradient are 0; a text that keeps nothing adds 0 and counts as a text."""
    log_probs, _, mask = draw(rng)
    yield from judged(s, "of equal policies", (log_probs, log_probs.clone(), mask))
    yield from judged(s, "of nothing kept", (log_probs, log_probs - 1.0, torch.zeros_like(mask)))
    one = (log_probs[:1, :1], log_probs[:1, :1] + 0.7, torch.ones(1, 1, dtype=torch.bool))
    yield from judged(s, "of a single token", one)


@kl_loss.check(weight=2)
def ignores_what_is_not_kept(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """What stands in columns that are not kept, NaN or infinity, changes neither the loss nor its gradient."""
    log_probs, ref, mask = given = draw(rng)
    yield from judged(s, "beside strange pads", (log_probs, strange_pads(rng, ref, mask), mask), given)
    yield from judged(s, "beside strange pads", (strange_pads(rng, log_probs, mask), ref, mask), given)


@kl_loss.check(weight=1)
def leaves_the_reference_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """No gradient reaches the log-probs of the reference; no input is changed; any dtype and layout will do."""
    inputs = draw(rng)
    _, [gradient] = s.vjp(NAME, *inputs, wrt=[1], cotangent=torch.ones(()))
    got = 0.0 * inputs[1] if gradient is None else gradient
    yield close("the gradient of the reference", got, np.zeros(inputs[1].shape))
    yield from untouched(s, NAME, dict(zip(("log_probs", "ref_log_probs", "mask"), inputs, strict=True)))
    for dtype in DTYPES:
        log_probs, ref, mask = draw(rng, dtype)
        yield from judged(s, f"in {dtype}", (strided(log_probs), strided(ref), strided(mask)))


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
    kl_loss.misconception(identity, edits=edits, message=message, question=question)


def also(identity: str, *edits: tuple[str, str]) -> None:
    kl_loss.another_form(identity, edits=edits)


LOG_RATIO = "log_ratio = torch.where(mask, log_probs - ref_log_probs.detach(), 0.0).sum(1)"
EACH = "torch.where(mask, log_probs - ref_log_probs.detach(), 0.0)"
RETURN = "return 0.5 * log_ratio.square().mean()"
COUNT = "mask.sum(dim=1).clamp(min=1)"

mistake(
    "k1_as_a_loss",
    "The loss is k1, the log-ratio itself. Its value is right, and its expected gradient is 0: nothing holds the "
    "policy.",
    "What is Σ π(y) · ∇log π(y), summed over all texts?",
    (RETURN, "return log_ratio.mean()"),
)
mistake(
    "k3_as_a_loss",
    "The loss is k3. It is a good estimate of the value, but its gradient is that of the *other* divergence, "
    "KL(π_ref ‖ π).",
    "What is the derivative of e^(−ℓ) − 1 + ℓ by ℓ, and what is π(y) · e^(−ℓ)?",
    (RETURN, "return (torch.expm1(-log_ratio) + log_ratio).mean()"),
)
mistake(
    "k3_of_the_other_ratio",
    "The loss is e^ℓ − 1 − ℓ: k3 for samples of the other policy.",
    "Over texts of π, which of π/π_ref and π_ref/π has the mean 1?",
    (RETURN, "return (torch.expm1(log_ratio) - log_ratio).mean()"),
)
mistake(
    "each_token_by_itself",
    "k2 is taken of each token by itself. Its gradient is that of the next token's KL in the states that were visited: "
    "it does not know that a token decides which states come after it.",
    "A first token leads to a state in which π and π_ref differ much. Which part of your loss tells the first token?",
    (LOG_RATIO, f"log_ratio = {EACH}"),
    (RETURN, "return 0.5 * log_ratio.square().sum(dim=1).mean()"),
)
mistake(
    "k3_of_each_token",
    "k3 is taken of each token by itself, as GRPO does. Its gradient is not that of KL(π ‖ π_ref).",
    "What is the derivative of e^(−ℓ) − 1 + ℓ by ℓ, and what is π · e^(−ℓ)?",
    (LOG_RATIO, f"log_ratio = {EACH}"),
    (RETURN, "return (torch.expm1(-log_ratio) + log_ratio).sum(dim=1).mean()"),
)
mistake(
    "absolute_value",
    "The loss is |ℓ|: every text pulls with the same force, however far away it is.",
    "What is the derivative of |ℓ|, and what should it be?",
    (RETURN, "return log_ratio.abs().mean()"),
)
mistake(
    "half_left_out",
    "The square lacks its ½, so the gradient is twice that of the KL.",
    "What is the derivative of ℓ²?",
    (RETURN, "return log_ratio.square().mean()"),
)
mistake(
    "square_of_the_mean",
    "The mean over the texts is taken before the square: texts with ℓ > 0 and ℓ < 0 cancel.",
    "Which text should be pulled down, and which up, if one has ℓ = 3 and another ℓ = −3?",
    (RETURN, "return 0.5 * log_ratio.mean().square()"),
)
mistake(
    "mean_over_tokens",
    "ℓ is the mean over a text's tokens. The log-prob of a text is the sum of theirs.",
    "Two texts differ from the reference in each token by 0.1 nats; one is ten times as long. Which is further away?",
    (LOG_RATIO, f"{LOG_RATIO} / {COUNT}"),
)
also("mean_over_tokens", (LOG_RATIO, LOG_RATIO.replace(".sum(", ".mean(")))
mistake(
    "divided_by_the_tokens",
    "The sum over the texts is divided by the number of kept tokens: the longer the texts, the weaker the pull.",
    "How many samples of ℓ does the batch hold?",
    (RETURN, "return 0.5 * log_ratio.square().sum() / mask.sum().clamp(min=1)"),
)
mistake(
    "summed_over_the_batch",
    "The texts are summed, not averaged: the gradient grows with the size of the batch.",
    "Two batches of the same kind, one twice as large: should the step be twice as long?",
    (RETURN, "return 0.5 * log_ratio.square().sum()"),
)
mistake(
    "empty_texts_left_out",
    "The mean is taken over the texts that keep something; a text that keeps nothing counts as one with ℓ = 0.",
    "By which number does the statement divide?",
    (RETURN, "return 0.5 * log_ratio.square().sum() / mask.any(dim=1).sum().clamp(min=1)"),
)
mistake(
    "reference_not_detached",
    "The log-probs of the reference are not detached: a reference that can learn is drawn towards the policy.",
    "Which of the two is to move towards the other?",
    ("ref_log_probs.detach()", "ref_log_probs"),
)
mistake(
    "gradient_only_to_the_reference",
    "The log-probs of the policy are detached, so nothing comes to it.",
    "Through which of its inputs does the loss reach the policy?",
    ("log_probs - ref_log_probs.detach()", "log_probs.detach() - ref_log_probs"),
)
mistake(
    "policy_gradient_for_the_estimate",
    "The loss is sg(ℓ) · log π(text). Its gradient is the right one, but its value is no estimate of anything; asked "
    "for is the one of the three estimates that has this gradient by itself.",
    "Which function of ℓ has the derivative ℓ?",
    (RETURN, "return (log_ratio.detach() * torch.where(mask, log_probs, 0.0).sum(dim=1)).mean()"),
)
mistake(
    "estimate_times_itself",
    "The loss is ℓ · log π(text), with ℓ not taken as a number: its own derivative comes on top.",
    "What is the derivative of ℓ · log π, if both depend on the weights?",
    (RETURN, "return (log_ratio * torch.where(mask, log_probs, 0.0).sum(dim=1)).mean()"),
)
mistake(
    "mask_ignored",
    "Prompts and pads count like what the policy wrote.",
    "Which tokens did the policy choose?",
    (EACH, "(log_probs - ref_log_probs.detach())"),
)
mistake(
    "multiplied_by_the_mask",
    "The differences are multiplied by the mask: −inf − (−inf) at a pad is NaN, and NaN · 0 is NaN.",
    "Which operation chooses a 0 without computing with what it replaces?",
    (EACH, "((log_probs - ref_log_probs.detach()) * mask)"),
)

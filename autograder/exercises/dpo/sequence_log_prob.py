"""Judgement of `dpo.sequence_log_prob`: the log-prob of a completion is the sum of those of its kept tokens.

The oracle adds up one token at a time. Every case is judged by its value and by its gradient.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, same_type
from autograder.submission import Submission

from .inputs import DTYPES, SINGLE, a_mask, disturbed, numbers, otherwise_laid_out, unchanged

sequence_log_prob = Judgement(
    "dpo.sequence_log_prob",
    hints=(
        "The probability of a text is the product of its tokens' probabilities, each given what stands before it. What "
        "is the logarithm of a product?",
        "Which tokens belong to the completion? Try a row with NaN at a pad: NaN · 0 is NaN.",
        "`torch.where(mask, log_probs, 0.0)` replaces what does not count. Then a sum over the columns is left.",
    ),
)
NAME = "sequence_log_prob"


def by_definition(log_probs: Tensor, mask: Tensor) -> np.ndarray:
    total = np.zeros(len(mask))
    for text, t in mask.nonzero().tolist():
        total[text] += float(log_probs[text, t])
    return total


def draw(rng: np.random.Generator, texts: int = 5, time: int = 7, dtype: torch.dtype = SINGLE) -> tuple[Tensor, Tensor]:
    return -numbers(rng, texts, time, dtype=dtype).abs() - 0.2, a_mask(rng, texts, time)


def judged(
    s: Submission, rng: np.random.Generator, where: str, log_probs: Tensor, mask: Tensor
) -> Iterator[Observation]:
    """The sums and their gradient beside the definition."""
    weights = numbers(rng, len(mask), dtype=log_probs.dtype)
    got, [gradient] = s.vjp(NAME, log_probs, mask, wrt=[0], cotangent=weights)
    yield same_type(f"the log-probs {where}", got, weights)
    yield close(
        f"the log-probs {where}", got, by_definition(log_probs, mask), magnitude=20.0, precision=log_probs.dtype
    )
    right = np.where(mask.numpy(), weights.double().numpy()[:, None], 0.0)
    yield holds(f"a gradient {where}", gradient is not None, "no gradient comes from the result to the log-probs")
    yield close(f"the gradient {where}", gradient, right, precision=log_probs.dtype)


@sequence_log_prob.check(weight=4)
def sums_the_kept_tokens(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The log-prob of a text is the sum of those of its kept tokens, in any columns, with gradient 1 by each."""
    for shape in ((5, 7), (4, 4)):
        yield from judged(s, rng, "of texts of unequal lengths", *draw(rng, *shape))


@sequence_log_prob.check(weight=2)
def counts_long_texts_in_full(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A text with twice the tokens has the sum of twice as many: nothing is divided by the length."""
    log_probs, _ = draw(rng, 3, 8)
    mask = torch.arange(8) < torch.tensor([[1], [4], [8]])
    yield from judged(s, rng, "of 1, 4 and 8 tokens", log_probs, mask)


@sequence_log_prob.check(weight=2)
def ignores_what_is_not_kept(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """What stands in columns that are not kept, NaN or infinity, changes no sum, and no gradient goes there."""
    log_probs, mask = draw(rng)
    yield from judged(s, rng, "beside strange pads", disturbed(rng, log_probs, mask), mask)
    mask[1:3] = False
    yield from judged(s, rng, "of texts that keep nothing", disturbed(rng, log_probs, mask), mask)


@sequence_log_prob.check()
def takes_any_batch(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """One text, one column, float64 and any memory layout."""
    yield from judged(s, rng, "of one text", *draw(rng, texts=1))
    log_probs, mask = draw(rng)
    yield from judged(s, rng, "of one column", log_probs[:, :1], mask[:, :1])
    for dtype in DTYPES:
        log_probs, mask = (otherwise_laid_out(value) for value in draw(rng, dtype=dtype))
        yield from judged(s, rng, f"in {str(dtype).removeprefix('torch.')}", log_probs, mask)


@sequence_log_prob.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Log-probs and mask are not changed."""
    log_probs, mask = draw(rng)
    yield from unchanged(s, {"log_probs": log_probs, "mask": mask}, lambda held: s.call(NAME, *held))


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
    sequence_log_prob.misconception(identity, edits=edits, message=message, question=question)


def also(identity: str, *edits: tuple[str, str]) -> None:
    sequence_log_prob.another_form(identity, edits=edits)


RETURNED = "return torch.where(mask, log_probs, 0.0).sum(1)"
SUM = RETURNED.removeprefix("return ")

mistake(
    "mean_over_the_tokens",
    "The mean over the kept tokens is returned. The log-prob of a text is their sum: with means, a margin shrinks by "
    "the length, and β means something else for every text.",
    "What is the probability of a text in terms of those of its tokens: their product, or their geometric mean?",
    (RETURNED, f"return {SUM} / mask.sum(dim=1).clamp(min=1)"),
)
also("mean_over_the_tokens", (RETURNED, f"return {SUM} / mask.sum(dim=1)"))
mistake(
    "mean_over_all_columns",
    "The sum is divided by the number of columns, pads included: it depends on how wide the batch is.",
    "Should the log-prob of a text change if a longer text stands beside it?",
    (RETURNED, RETURNED.replace("sum(", "mean(")),
)
mistake(
    "mask_ignored",
    "Prompts and pads are added too.",
    "Which tokens belong to the completion?",
    (RETURNED, "return log_probs.sum(dim=1)"),
)
also("mask_ignored", (RETURNED, "return log_probs.nansum(dim=1)"))
mistake(
    "mask_inverted",
    "The mask is the wrong way round: prompts and pads are added, and the completion is left out.",
    "What does True in the mask say about a token?",
    (RETURNED, RETURNED.replace("mask,", "~mask,")),
)
mistake(
    "multiplied_by_the_mask",
    "The log-probs are multiplied by the mask. A pad may hold NaN or infinity, and NaN · 0 is NaN.",
    "Which operation chooses a 0 without computing with what it replaces?",
    (RETURNED, "return (log_probs * mask).sum(dim=1)"),
)
mistake(
    "negative",
    "The result has the other sign: that is a loss, not a log-probability.",
    "Can the logarithm of a probability be above 0?",
    (RETURNED, RETURNED.replace("return ", "return -")),
)
mistake(
    "product_of_log_probs",
    "The log-probs are multiplied; the *probabilities* of the tokens are, so their logarithms are added.",
    "What is log(a · b)?",
    (RETURNED, "return torch.where(mask, log_probs, 1.0).prod(dim=1)"),
)
mistake(
    "probability_for_its_logarithm",
    "The result is a probability. That of a long text is so small that it becomes 0.",
    "What is 0.1 to the power of 100 in float32?",
    (RETURNED, f"return {SUM}.exp()"),
)
mistake(
    "last_token_left_out",
    "The last kept token, the EOS, is left out. To stop there was a choice like any other.",
    "How likely is a text that has to end where it ends?",
    (
        RETURNED,
        "left = mask.flip(1).cumsum(1).flip(1)\n    return torch.where(mask & (left > 1), log_probs, 0.0).sum(dim=1)",
    ),
)
mistake(
    "first_token_left_out",
    "The first kept token is left out, as if there were still a column to be shifted.",
    "Column t is about token t + 1. Which column is about the first token of the completion?",
    (RETURNED, "return torch.where(mask & (mask.cumsum(1) > 1), log_probs, 0.0).sum(dim=1)"),
)
mistake(
    "one_number_for_the_batch",
    "Everything is added up to one number; asked for is one for each text.",
    "What is a row of the batch, and what a column?",
    (RETURNED, RETURNED.replace("sum(1)", "sum()")),
)
mistake(
    "sums_over_texts",
    "The sum goes down the columns, over the texts.",
    "What is a row of the batch, and what a column?",
    (RETURNED, RETURNED.replace("sum(1)", "sum(0)")),
)
mistake(
    "detached",
    "No gradient comes from the result to the log-probs: the policy could not learn from it.",
    "What should the derivative of the sum be by one kept log-prob?",
    (RETURNED, RETURNED.replace("mask, log_probs", "mask, log_probs.detach()")),
)

"""Judgement of `text.sequence_log_probs`: which tokens the model wrote, and how likely it was to.

Symbols: column t of everything that belongs to targets stands for the token at t + 1. Tokens are drawn from
softmax(logits / temperature). The oracles take one token at a time, in double precision.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, no_coarser, same_type
from autograder.submission import Submission

from .cases import sizes, some_logits

log_probs = Judgement(
    "text.sequence_log_probs",
    hints=(
        "Write down a prompt of 2 tokens and a completion of 3. Which logits say how likely each of the five tokens "
        "was? Which of the five did the model choose?",
        "The last logits predict nothing that is there, and nothing predicts the first token: `logits[:, :-1]` stand "
        "beside `tokens[:, 1:]`. The mask loses the same column as the tokens.",
        "The model's distribution is the softmax of the logits *after* they are divided by the temperature. "
        "`log_softmax` keeps the small ones from becoming log 0; `gather` along the last axis picks one entry each.",
        "In the completion, count for each token the eos that stand *before* it: the cumulative sum up to it, less one "
        "if it is an eos itself. The token was chosen where that count is 0. The prompt is never counted.",
    ),
)
MASK, NAME = "completion_mask", "sequence_log_probs"


def chosen(tokens: Tensor, prompt_length: int, eos: int) -> np.ndarray:
    """By definition: each completion's tokens up to its first eos, and that."""
    mask = np.zeros((tokens.shape[0], tokens.shape[1] - 1), dtype=bool)
    for row, sequence in enumerate(tokens.tolist()):
        for position in range(prompt_length, len(sequence)):
            mask[row, position - 1] = True
            if sequence[position] == eos:
                break
    return mask


def by_definition(logits: Tensor, tokens: Tensor, temperature: float = 1.0) -> np.ndarray:
    scores = logits.double().numpy() / temperature
    result = np.zeros((scores.shape[0], scores.shape[1] - 1))
    for row, t in np.ndindex(result.shape):
        powers = np.exp(scores[row, t] - scores[row, t].max())
        target = int(tokens[row, t + 1])
        result[row, t] = scores[row, t, target] - scores[row, t].max() - np.log(powers.sum())
    return result


def gradient_of(logits: Tensor, tokens: Tensor, cotangent: np.ndarray, temperature: float) -> np.ndarray:
    """Σ cotangent · ∂ log p(target) by the logits: cotangent · (one-hot − softmax) / temperature, one target a time."""
    scores = logits.double().numpy() / temperature
    gradient = np.zeros(scores.shape)
    for row, t in np.ndindex(scores.shape[0], scores.shape[1] - 1):
        powers = np.exp(scores[row, t] - scores[row, t].max())
        gradient[row, t] = -cotangent[row, t] * powers / powers.sum() / temperature
        gradient[row, t, int(tokens[row, t + 1])] += cotangent[row, t] / temperature
    return gradient


def draw(rng: np.random.Generator, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
    batch, time, vocab = sizes(rng)
    return some_logits(rng, (batch, time, vocab), dtype), torch.from_numpy(rng.integers(0, vocab, size=(batch, time)))


def with_ends(rng: np.random.Generator) -> tuple[Tensor, int, int]:
    """Tokens, a prompt's length and an eos that stands in every place where it could be taken wrongly."""
    time, prompt_length, vocab = 9, int(rng.integers(3, 5)), 7
    eos = int(rng.integers(0, vocab))
    others = [token for token in range(vocab) if token != eos]
    tokens = rng.choice(others, size=(6, time))
    tokens[0, prompt_length + 1] = eos  # once in the middle
    tokens[1, [prompt_length + 1, prompt_length + 3]] = eos  # twice
    tokens[2, [0, prompt_length - 1]] = eos  # in the prompt only
    tokens[3, [prompt_length, time - 2]] = eos  # at once, and again
    tokens[4, time - 1] = eos  # at the very end; the last row has none
    return torch.from_numpy(tokens[rng.permutation(6)]), prompt_length, eos


def compared(where: str, got: Any, expected: np.ndarray, logits: Tensor, temperature: float = 1.0) -> Iterator[Any]:
    """The log-probabilities beside the definition, to the precision of float32."""
    size = max(1.0, float(logits.abs().max()) / temperature)
    yield no_coarser(f"the log-probabilities {where}", got, torch.float32)
    yield close(f"the log-probabilities {where}", got, expected, magnitude=size, precision=torch.float32)


@log_probs.check(weight=4)
def keeps_what_the_model_chose(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The mask is True for a completion's tokens up to its first eos and for that eos, and False for all others."""
    cases = [with_ends(rng) for _ in range(3)]
    for (tokens, prompt_length, eos), got in zip(cases, s.each(MASK, cases), strict=True):
        expected = torch.from_numpy(chosen(tokens, prompt_length, eos))
        yield same_type("the mask", got, expected)
        yield identical("the mask", got, expected)


@log_probs.check()
def masks_the_shortest(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A prompt of one token, and a completion of one token or of none, are masked like any other."""
    tokens, _, eos = with_ends(rng)
    for part, prompt_length in ((tokens, 1), (tokens, 8), (tokens, 9), (tokens[:, :2], 1), (tokens[:, :1], 1)):
        got = s.call(MASK, part.T.contiguous().T, prompt_length, eos)
        expected = torch.from_numpy(chosen(part, prompt_length, eos))
        yield identical(f"the mask of a prompt of {prompt_length} of {part.shape[1]}", got, expected)


@log_probs.check(weight=3)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Column t is the logarithm of the softmax of the logits at t, at the token at t + 1."""
    inputs = [draw(rng) for _ in range(3)]
    for (logits, tokens), got in zip(inputs, s.each(NAME, inputs), strict=True):
        yield from compared("at temperature 1", got, by_definition(logits, tokens), logits)
    one = (logits[:, :1], tokens[:, :1])
    yield close("the log-probabilities of one token", s.call(NAME, *one), by_definition(*one))


@log_probs.check(weight=2)
def scores_at_the_temperature(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """At another temperature it is the softmax of logits / temperature, which is what the tokens were drawn from."""
    for temperature in (float(rng.uniform(0.5, 0.8)), float(rng.uniform(1.5, 3.0))):
        logits, tokens = draw(rng)
        expected = by_definition(logits, tokens, temperature)
        where = "at a temperature below 1" if temperature < 1 else "at a temperature above 1"
        got = s.call(NAME, logits, tokens, temperature=temperature)
        yield from compared(where, got, expected, logits, temperature)


@log_probs.check(weight=3)
def has_the_gradients(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The gradient of a log-probability by its logits is (one-hot − softmax) / temperature, and 0 by all others."""
    for temperature in (1.0, float(rng.uniform(0.5, 0.8))):
        logits, tokens = draw(rng)
        cotangent = torch.from_numpy(rng.standard_normal((tokens.shape[0], tokens.shape[1] - 1))).float()
        arguments = (logits, tokens) if temperature == 1.0 else (logits, tokens, temperature)
        _, [gradient] = s.vjp(NAME, *arguments, wrt=[0], cotangent=cotangent)
        yield holds("a gradient", gradient is not None, "no gradient comes from the log-probabilities to the logits")
        expected = gradient_of(logits, tokens, cotangent.double().numpy(), temperature)
        size = float(cotangent.abs().max()) / temperature
        yield close("the gradient", gradient, expected, magnitude=size, precision=torch.float32)


@log_probs.check()
def survives_large_logits(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Logits of ±10,000 give the right log-probabilities, and a number added to all logits of a place changes none."""
    logits, tokens = draw(rng)
    large = 5e3 * logits
    yield from compared("of large logits", s.call(NAME, large, tokens), by_definition(large, tokens), large)
    shifted = logits + torch.from_numpy(rng.uniform(-1e3, 1e3, size=(*tokens.shape, 1))).float()
    yield from compared("of shifted logits", s.call(NAME, shifted, tokens), by_definition(shifted, tokens), shifted)


@log_probs.check()
def computes_in_single_precision(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Logits in bfloat16 or float64, in any memory layout, give log-probabilities as precise as in float32."""
    for dtype in (torch.bfloat16, torch.float64):
        logits, tokens = draw(rng, dtype)
        got = s.call(NAME, logits.mT.contiguous().mT, tokens.T.contiguous().T)
        yield from compared(f"in {dtype}", got, by_definition(logits, tokens), logits)


@log_probs.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Logits and tokens are not changed."""
    logits, tokens = draw(rng)
    held = [s.hold(logits), s.hold(tokens)]
    s.call(NAME, *held, 0.5)
    s.call(MASK, held[1], 2, 1)
    for name, remote, value in zip(("logits", "tokens"), held, (logits, tokens), strict=True):
        yield identical(name, remote.fetch(), value, f"the input {name} was changed")


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
    log_probs.misconception(identity, edits=edits, source=source, message=message, question=question)


ENDED = "ended = (ends.cumsum(1) - ends.long()).bool()"
LOGITS, TARGETS, SOFTMAX = (
    "logits[:, :-1]",
    "tokens[:, 1:, None]",
    "torch.log_softmax(logits[:, :-1].float() / temperature, dim=-1)",
)
RETURNED = "return log_probs.gather(-1, tokens[:, 1:, None]).squeeze(-1)"

mistake(
    "eos_left_out",
    "The eos itself is masked: the model is never told that stopping there was good or bad.",
    "Who decided that the text ends there, and is that decision rewarded too?",
    (ENDED, "ended = ends.cumsum(1).bool()"),
)
mistake(
    "kept_after_eos",
    "The tokens after the eos are kept: padding, or words that were never said, become part of the loss.",
    "The text ended at its eos. Can a token behind it have had any effect on the reward?",
    ("= ~ended", "= True"),
)
mistake(
    "one_token_after_eos",
    "One token after the eos is kept.",
    "Of the tokens a, eos, b: how many eos stand before b?",
    (ENDED, "ended = ((ends.cumsum(1) - ends.long()).cumsum(1) > 1)"),
)
mistake(
    "up_to_the_last_eos",
    "The text is taken to end at the last eos; it ended at the first.",
    "A sampler goes on in the dark after the first eos. What does a second one mean?",
    (ENDED, "ahead = ends.flip(1).cumsum(1).flip(1)"),
    ("= ~ended", "= (ahead > 0) | (ahead[:, :1] == 0)"),
)
mistake(
    "only_the_tokens_that_are_eos_are_dropped",
    "Only the eos is masked, wherever it stands; what comes after it is kept.",
    "Is the token right after an eos part of the text?",
    (ENDED, "ended = ends"),
)
mistake(
    "prompt_in_the_loss",
    "The prompt's tokens are kept: the model is taught to write what it was given to read.",
    "Who chose the tokens of the prompt? Which of them has a probability that the policy could change for a better "
    "reward?",
    ("mask[:, prompt_length:] = ~ended", "mask[:, prompt_length:] = ~ended\n    mask[:, :prompt_length] = True"),
)
mistake(
    "eos_in_the_prompt_ends_it",
    "An eos in the prompt counts as the end of the completion, so nothing of what the model wrote is kept.",
    "A prompt may hold an eos, between two turns of a talk. What has that to do with where the completion ends?",
    ("written = tokens[:, prompt_length:]", "written = tokens"),
    ("mask[:, prompt_length:] = ~ended", "mask = ~ended\n    mask[:, :prompt_length] = False"),
)
mistake(
    "mask_lined_up_with_inputs",
    "The mask is lined up with the positions that predict: it is one place late, beginning behind the first token "
    "that the model chose.",
    "Column t stands for the token at t + 1. In which column stands the completion's first token?",
    ("return mask[:, 1:]", "return mask[:, :-1]"),
)
mistake(
    "first_choice_left_out",
    "The completion's first token is masked.",
    "Which logits was the first token of the completion drawn from? Are they among those that are there?",
    ("mask[:, prompt_length:] = ~ended", "mask[:, prompt_length + 1 :] = ~ended[:, 1:]"),
)
mistake(
    "begins_one_early",
    "The prompt's last token is kept as if the model had chosen it.",
    "Which is the first token that was drawn from the model's own probabilities?",
    (
        "mask[:, prompt_length:] = ~ended",
        "mask[:, prompt_length:] = ~ended\n    mask[:, prompt_length - 1] = True",
    ),
)
mistake(
    "mask_inverted",
    "The mask is the wrong way round: True keeps a token.",
    "Which tokens are to stay in the loss, and what does the mask say of them?",
    ("return mask[:, 1:]", "return ~mask[:, 1:]"),
)
mistake(
    "not_shifted",
    "Tokens are not shifted: each position's logits are asked for the token that they have just read. It looks like "
    "a policy that hardly ever does what it wants.",
    "The logits at t are computed from the tokens up to t. Which token were they used to draw?",
    (TARGETS, "tokens[:, :-1, None]"),
)
mistake(
    "shifted_back",
    "The shift goes the wrong way: the logits at t + 1 are asked for the token at t.",
    "Do the logits at position t stand for the token at t − 1 or at t + 1?",
    (LOGITS, "logits[:, 1:]"),
    (TARGETS, "tokens[:, :-1, None]"),
)
mistake(
    "logits_one_late",
    "The logits at a token's own position are used; these were computed after the token was known.",
    "Which logits were there when the token at t + 1 was drawn?",
    (LOGITS, "logits[:, 1:]"),
)
mistake(
    "wraps_around",
    "The last position is asked for the first token: `roll` moves round in a circle, and there is a column too many.",
    "A sequence of five tokens has how many targets?",
    (LOGITS, "logits"),
    (TARGETS, "tokens.roll(-1, 1)[:, :, None]"),
)
mistake(
    "probabilities",
    "These are probabilities, not their logarithms.",
    "The probability of a sequence is a product. What turns it into a sum, and can that be positive?",
    ("torch.log_softmax", "torch.softmax"),
)
mistake(
    "raw_logits",
    "These are the logits as they are: they are not normalised over the vocabulary.",
    "A number is added to all logits of a position. What should become of the probabilities?",
    (SOFTMAX, "logits[:, :-1].float() / temperature"),
)
mistake(
    "negated",
    "The sign is that of a loss: these are −log p.",
    "Is the logarithm of a probability positive or negative?",
    (RETURNED, RETURNED.replace("return ", "return -")),
)
mistake(
    "whole_sequence",
    "The log-probabilities are added up. Which of them count is for the mask to say, and it comes later.",
    "Which shape is asked for: one number for each sequence or for each target?",
    (RETURNED, RETURNED + ".sum(dim=1)"),
)
mistake(
    "softmax_over_time",
    "The softmax runs over the positions instead of the vocabulary.",
    "At one position, which numbers are to be probabilities that sum to one?",
    ("temperature, dim=-1)", "temperature, dim=1)"),
)
mistake(
    "scored_at_temperature_one",
    "The temperature has no effect: tokens that were drawn from softmax(logits / temperature) are scored by "
    "another distribution than the one they came from.",
    "Sharp sampling makes likely tokens likelier. With which probability was the token really drawn?",
    (".float() / temperature", ".float()"),
)
mistake(
    "times_temperature",
    "The logits are multiplied by the temperature; a low temperature should make the distribution sharper.",
    "At a temperature near 0, all probability gathers on the likeliest token. What must happen to the logits?",
    (".float() / temperature", ".float() * temperature"),
)
mistake(
    "temperature_after_the_softmax",
    "The log-probabilities are divided by the temperature instead of the logits: they no longer sum to one.",
    "What do the exponentials of your log-probabilities over the whole vocabulary sum to?",
    (
        SOFTMAX,
        "torch.log_softmax(logits[:, :-1].float(), dim=-1) / temperature",
    ),
)
mistake(
    "detached",
    "The log-probabilities are cut off from the logits: their values are right and nothing can be learned from them.",
    "Along which path does the gradient of the loss reach the model's weights?",
    (LOGITS, "logits.detach()[:, :-1]"),
)
mistake(
    "softmax_detached",
    "The normaliser is treated as a constant: a token's logit is pushed up, and no other is pushed down.",
    "If one probability grows, what must happen to the others, and through which term of the log-softmax?",
    (
        SOFTMAX,
        "logits[:, :-1].float() / temperature"
        " - torch.logsumexp(logits.detach()[:, :-1].float() / temperature, dim=-1, keepdim=True)",
    ),
)
mistake(
    "log_of_softmax",
    "The logarithm is taken of the finished softmax, which is 0 for an unlikely token: it becomes −∞.",
    "What is log(softmax(x)) once it is written out, and does it have to go through a number that small?",
    (SOFTMAX, "torch.softmax(logits[:, :-1].float() / temperature, dim=-1).log()"),
)
log_probs.another_form(
    "log_of_softmax",
    edit=(SOFTMAX, "(torch.softmax(logits[:, :-1].float() / temperature, dim=-1) + 1e-9).log()"),
)
mistake(
    "half_precision",
    "It is computed in the dtype of the logits, which may be bfloat16 with its three digits.",
    "A ratio of two probabilities will be made of such numbers. What is left of it with three digits?",
    (".float()", ""),
)

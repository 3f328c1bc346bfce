"""Judgement of `gpt.sample_token`: a draw from softmax(filter_logits(logits / temperature)).

Symbols: SHARES are the probabilities at temperature 1, from the likeliest token down; at temperature τ they are
SHARES^(1/τ), normalised. Tokens are looked at by their rank, so that each row may have its own order. What can be drawn
at all is told by thousands of draws, in which a right solution misses a token with probability below 1e-19; how often,
by `frequency` at 1e-9 a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from autograder.exercise import Judgement
from autograder.observation import Observation, frequency, holds, identical
from autograder.submission import Submission

sample_token = Judgement(
    "gpt.sample_token",
    hints=(
        "Four steps: divide, filter, softmax, draw. Which of them can be left out at temperature 0, and what takes "
        "their place?",
        "What does τ do to the logits (3, 2)? At τ = 0.5 they become (6, 4), and the first token gains. Divided after "
        "the softmax, both probabilities would only shrink alike.",
        "`torch.multinomial(probs, 1)` draws one index for each row of a matrix, and leaves an axis of length 1. With "
        "more axes in front, make a matrix first: `probs.reshape(-1, vocab)`.",
        "At temperature 0: `return logits.argmax(dim=-1)`. Else `filter_logits(logits / temperature, top_k, top_p)`, "
        "its softmax, and multinomial with `generator=generator`; then `.reshape(probs.shape[:-1])`.",
    ),
)
NAME = "sample_token"
SHARES = np.array([0.4, 0.25, 0.2, 0.1, 0.05])
DRAWS = 5000


def draw(rng: np.random.Generator, rows: int, shares: np.ndarray = SHARES) -> tuple[torch.Tensor, np.ndarray]:
    """Logits (rows, vocab) with these probabilities, and the rank of each token; every row has its own order."""
    ranks = rng.permuted(np.tile(np.arange(len(shares)), (rows, 1)), axis=-1)
    return torch.from_numpy(np.log(shares)[ranks] + rng.uniform(-3.0, 3.0, (rows, 1))), ranks


def one_for_each_row(got: Any, ranks: np.ndarray) -> Iterator[Observation]:
    """Whether one token of the vocabulary was drawn for each row."""
    ok = isinstance(got, torch.Tensor) and got.shape == ranks.shape[:-1] and got.dtype == torch.int64
    yield holds("the tokens", ok, "the tokens are not an int64 tensor with the logits' shape, less the last axis")
    inside = bool(((got >= 0) & (got < ranks.shape[-1])).all())
    yield holds("the range of the tokens", inside, "a token lies outside the vocabulary")


def taken(got: torch.Tensor, ranks: np.ndarray) -> np.ndarray:
    """The rank of each token drawn."""
    return np.take_along_axis(ranks, got.numpy()[..., None], axis=-1)[..., 0]


def follows(where: str, got: Any, ranks: np.ndarray, shares: np.ndarray) -> Iterator[Observation]:
    """Whether ranks are drawn in proportion to `shares`, and those of share 0 never."""
    yield from one_for_each_row(got, ranks)
    drawn = taken(got, ranks).ravel()
    yield identical(f"the ranks drawn {where}", np.unique(drawn), np.flatnonzero(shares), _who(where, drawn, shares))
    for rank in np.flatnonzero(shares):
        name = f"the share of draws {where} that give the token of rank {rank}"
        yield frequency(name, int((drawn == rank).sum()), drawn.size, shares[rank] / shares.sum())


def _who(where: str, drawn: np.ndarray, shares: np.ndarray) -> str:
    """Which tokens were wrongly drawn, or never, in words; 0 is the likeliest."""
    seen, right = set(drawn.tolist()), set(np.flatnonzero(shares).tolist())
    wrong = [f"{what} {sorted(ranks)}" for what, ranks in (("also", seen - right), ("never", right - seen)) if ranks]
    return f"{where}, tokens of these ranks are drawn (0 is the likeliest): {', '.join(wrong)}"


@sample_token.check(weight=2)
def draws_in_proportion(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """At temperature 1 each token is drawn with its softmax probability."""
    logits, ranks = draw(rng, DRAWS)
    yield from follows("at temperature 1", s.call(NAME, logits), ranks, SHARES)
    yield from follows("from float32", s.call(NAME, logits.float(), 1.0, None, None, None), ranks, SHARES)


@sample_token.check(weight=2)
def temperature_divides_the_logits(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """At temperature τ the probabilities are those of softmax(logits / τ)."""
    for temperature in (2.0, 0.5):
        logits, ranks = draw(rng, DRAWS)
        got = s.call(NAME, logits, temperature=temperature)
        yield from follows(f"at temperature {temperature:g}", got, ranks, SHARES ** (1.0 / temperature))
    logits, ranks = draw(rng, 50)
    got = s.call(NAME, logits, 0.01)  # a second token has odds of (5/8)¹⁰⁰
    yield from one_for_each_row(got, ranks)
    yield identical("the ranks drawn at temperature 0.01", taken(got, ranks), np.zeros(50, dtype=int))


@sample_token.check()
def temperature_0_takes_the_likeliest(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """At temperature 0 the likeliest token of each row is taken, whatever top_k and top_p are."""
    logits, ranks = draw(rng, 24)
    logits, ranks = logits.reshape(2, 3, 4, 5), ranks.reshape(2, 3, 4, 5)
    for given in ((0.0,), (0,), (0.0, 2, 0.5)):
        got = s.call(NAME, logits, *given)
        yield from one_for_each_row(got, ranks)
        yield identical("the ranks taken at temperature 0", taken(got, ranks), np.zeros((2, 3, 4), dtype=int))


@sample_token.check(weight=2)
def never_draws_what_is_filtered(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Only tokens that top_k and top_p leave are drawn, in proportion to their probabilities."""
    for where, given, kept in (
        ("with top_k = 2", {"top_k": 2}, 2),
        ("with top_p = 0.75", {"top_p": 0.75}, 3),
        ("with top_k = 4 and top_p = 0.65", {"top_k": 4, "top_p": 0.65}, 2),
    ):
        logits, ranks = draw(rng, DRAWS // 2)
        got = s.call(NAME, logits, **given)
        yield from follows(where, got, ranks, np.where(np.arange(5) < kept, SHARES, 0.0))


@sample_token.check()
def filters_at_the_temperature(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """top_p filters the probabilities at the temperature asked for, not those at temperature 1."""
    # At τ = 2 the sums are 0.30, 0.53, 0.74, 0.89; at ½ they are 0.58, 0.81, 0.95, 0.99; at 1: 0.40, 0.65, 0.85, 0.95.
    for temperature, top_p, kept in ((2.0, 0.8, 4), (0.5, 0.5, 1)):
        logits, ranks = draw(rng, DRAWS // 2)
        got = s.call(NAME, logits, temperature=temperature, top_p=top_p)
        shares = np.where(np.arange(5) < kept, SHARES ** (1.0 / temperature), 0.0)
        yield from follows(f"at temperature {temperature:g} with top_p = {top_p}", got, ranks, shares)


@sample_token.check()
def rows_are_drawn_independently(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Rows of a batch are drawn independently of each other, and calls too."""
    logits = torch.from_numpy(np.log(SHARES)).expand(DRAWS, 5).contiguous()
    ranks = np.tile(np.arange(5), (DRAWS, 1))
    first, second = s.call(NAME, logits), s.call(NAME, logits)
    for got in (first, second):
        yield from one_for_each_row(got, ranks)
    alike = float((SHARES**2).sum())
    pairs = int((first[::2] == first[1::2]).sum())
    yield frequency("the share of neighbouring rows with the same token", pairs, DRAWS // 2, alike)
    halves = int((first[: DRAWS // 2] == first[DRAWS // 2 :]).sum())
    yield frequency("the share of rows half a batch apart with the same token", halves, DRAWS // 2, alike)
    yield frequency("the share of rows with the same token in two calls", int((first == second).sum()), DRAWS, alike)


@sample_token.check()
def draws_from_the_generator(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A generator decides the draw: in the same state it gives the same tokens, and drawing moves it on."""
    logits, ranks = draw(rng, DRAWS // 2)
    generator, seed = s.library("torch").build("Generator"), int(rng.integers(1 << 40))
    generator.tell("manual_seed", seed)
    first, second = (s.call(NAME, logits, generator=generator) for _ in range(2))
    generator.tell("manual_seed", seed)
    again = s.call(NAME, logits, generator=generator)
    yield from follows("with a generator", first, ranks, SHARES)
    for got in (second, again):
        yield from one_for_each_row(got, ranks)
    problem = "two calls draw differently, although their generators are in the same state"
    yield holds("the tokens drawn from the same state", torch.equal(again, first), problem)
    # Rows of equal tokens, as two independent draws give them.
    alike = int((taken(first, ranks) == taken(second, ranks)).sum())
    name = "the share of rows with the same token in two draws from one generator"
    yield frequency(name, alike, DRAWS // 2, float((SHARES**2).sum()))


@sample_token.check()
def keeps_the_axes_in_front(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The tokens are int64 and have the logits' shape without the last axis, in their order."""
    shares = np.array([1.0, 1e-80, 1e-90])  # no chance for any but the likeliest
    for leading in ((), (1,), (7,), (2, 3), (2, 1, 3)):
        logits, ranks = draw(rng, int(np.prod(leading, dtype=int)), shares)
        logits, ranks = logits.reshape(*leading, 3), ranks.reshape(*leading, 3)
        for given in ((), (1.5, 2), (0.7, None, 0.9)):
            got = s.call(NAME, logits, *given)
            yield from one_for_each_row(got, ranks)
            yield identical(f"the ranks drawn, {len(leading)} axes in front", taken(got, ranks), ranks.min(axis=-1))
    turned, turned_ranks = logits.transpose(0, 2), ranks.swapaxes(0, 2)
    got = s.call(NAME, turned)
    yield from one_for_each_row(got, turned_ranks)
    yield identical("the ranks drawn from a transpose", taken(got, turned_ranks), turned_ranks.min(axis=-1))


@sample_token.check()
def leaves_the_logits_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The logits given are not changed."""
    logits, _ = draw(rng, 3)
    held = s.hold(logits)
    for temperature in (2.0, 0.5, 0.0):
        s.call(NAME, held, temperature, 3, 0.9)
        yield identical("the logits", held.fetch(), logits, "the logits were changed in place")


PROBS = "probs = filter_logits(logits / temperature, top_k, top_p).softmax(dim=-1)"
DRAWN = "torch.multinomial(rows, 1, generator=generator)"
UNIFORM = "torch.rand(len(rows), 1, dtype=rows.dtype, generator=generator) * rows.sum(dim=-1, keepdim=True)"
BY_RUNNING_SUMS = f"(rows.cumsum(dim=-1) <= {UNIFORM}).sum(dim=-1)"
GREEDY = "    if temperature == 0:\n        return logits.argmax(dim=-1)\n"

sample_token.misconception(
    "multiplies_by_the_temperature",
    edit=("logits / temperature", "logits * temperature"),
    message="The logits are multiplied by the temperature, so a high one makes the draw sharper instead of flatter.",
    question="Which temperature should give nearly always the likeliest token, one near 0 or a large one?",
)
sample_token.misconception(
    "temperature_without_effect",
    edit=(PROBS, "probs = filter_logits(logits, top_k, top_p).softmax(dim=-1) / temperature"),
    message="The temperature has no effect. Dividing probabilities by it changes them all alike, and drawing "
    "normalises them again.",
    question="Two probabilities, 0.75 and 0.25, are divided by 2. What is their ratio before and after?",
)
sample_token.misconception(
    "filters_before_the_temperature",
    edit=("filter_logits(logits / temperature, top_k, top_p)", "(filter_logits(logits, top_k, top_p) / temperature)"),
    message="The filter sees the logits before the temperature, so top_p counts the probabilities at temperature 1.",
    question="Which tokens have probability 0.9 together? Does that depend on the temperature?",
)
sample_token.misconception(
    "always_the_likeliest",
    edit=(DRAWN, "rows.argmax(dim=-1)"),
    message="The likeliest token is taken always; nothing is drawn.",
    question="What should happen in one of ten draws to a token of probability 0.1?",
)
sample_token.misconception(
    "logits_as_probabilities",
    edit=(PROBS, PROBS.replace(".softmax(dim=-1)", "")),
    message="Logits are drawn from as if they were probabilities.",
    question="Which probability has a logit of −2?",
)
sample_token.another_form(
    "logits_as_probabilities",
    edit=(PROBS, "probs = filter_logits(logits / temperature, top_k, top_p).clamp(min=1e-9)"),
)
sample_token.another_form(
    "logits_as_probabilities",
    edits=(
        (PROBS, "probs = filter_logits(logits / temperature, top_k, top_p).clamp(min=0)"),
        (DRAWN, BY_RUNNING_SUMS),
    ),
)
sample_token.misconception(
    "one_draw_for_the_batch",
    edit=(DRAWN, "torch.multinomial(rows[:1], 1, generator=generator).expand(len(rows), 1)"),
    message="The first row's token is given to every row.",
    question="Each row has a distribution of its own. How many draws does a batch of eight need?",
)
sample_token.misconception(
    "one_random_number_for_the_batch",
    edit=(DRAWN, "(rows.cumsum(dim=-1)[:, :-1] < torch.rand(1, generator=generator)).sum(dim=-1)"),
    message="One random number decides for all rows of a batch, and so equal rows get equal tokens.",
    question="Eight sequences start from the same prompt. How should their next tokens differ?",
)
sample_token.misconception(
    "divides_by_zero",
    edit=(GREEDY, ""),
    message="At temperature 0 the logits are divided by 0, and the softmax gives NaN.",
    question="What does softmax(logits / τ) tend to as τ goes to 0?",
)
sample_token.another_form(
    "divides_by_zero", edits=((GREEDY, ""), ("logits / temperature", "logits * (1 / temperature)"))
)
sample_token.another_form("divides_by_zero", edits=((GREEDY, ""), (DRAWN, BY_RUNNING_SUMS)))
sample_token.misconception(
    "zero_as_one",
    edit=(GREEDY, "    temperature = temperature or 1.0\n"),
    message="A temperature of 0 is taken for none given: it draws as at temperature 1.",
    question="What does softmax(logits / τ) tend to as τ goes to 0?",
)
sample_token.misconception(
    "never_filters",
    edit=("filter_logits(logits / temperature, top_k, top_p)", "(logits / temperature)"),
    message="Neither top_k nor top_p has an effect: unlikely tokens are drawn all the same.",
    question="Between which two steps does the filter belong?",
)
sample_token.another_form("never_filters", edit=("temperature, top_k, top_p)", "temperature, top_k)"))
sample_token.another_form("never_filters", edit=("temperature, top_k, top_p)", "temperature, None, top_p)"))
sample_token.misconception(
    "filtered_tokens_count_as_zero_logits",
    edit=(PROBS, PROBS.replace(".softmax", ".nan_to_num(neginf=0.0).softmax")),
    message="A filtered token goes into the softmax with the logit 0, and so it can be drawn.",
    question="What is e to the power of 0, and what is e to the power of -inf?",
)
sample_token.misconception(
    "uniform_among_the_kept",
    edit=(PROBS, PROBS.replace(".softmax(dim=-1)", ".isfinite().double()")),
    message="All tokens that are kept are drawn equally often, however likely they are.",
    question="What should be the odds of two tokens that both pass the filter?",
)
sample_token.misconception(
    "rank_for_token",
    edit=(PROBS, PROBS.replace(".softmax(dim=-1)", ".softmax(dim=-1).sort(dim=-1, descending=True).values")),
    message="What is returned is a place among the sorted probabilities, not the token that stands there.",
    question="After sorting, how can you tell which token is at place 0?",
)
sample_token.misconception(
    "keeps_an_axis_of_length_one",
    edit=("reshape(probs.shape[:-1])", "reshape(*probs.shape[:-1], 1)"),
    message="The tokens have an axis of length 1 at the end: multinomial can draw several, and leaves room for them.",
    question="Which shape should the tokens of logits (batch, vocab) have?",
)
sample_token.misconception(
    "takes_two_axes_only",
    edit=(
        f"    rows = probs.reshape(-1, probs.shape[-1])  # multinomial takes no more than two axes\n    return {DRAWN}"
        ".reshape(probs.shape[:-1])",
        "    return torch.multinomial(probs, 1, generator=generator).squeeze(-1)",
    ),
    message="Logits with more than one axis in front of the vocabulary raise: multinomial takes vectors and matrices.",
    question="How can logits (batch, time, vocab) become a matrix of distributions, and their tokens (batch, time)?",
)
sample_token.another_form(
    "takes_two_axes_only",
    edit=(f"    {PROBS}", f"    if logits.dim() > 2:\n        raise ValueError('too many axes')\n    {PROBS}"),
)
sample_token.misconception(
    "the_same_draw_at_every_call",
    edit=("    rows = ", "    torch.default_generator.manual_seed(0)\n    rows = "),
    message="The generator is seeded anew inside the function, so every call draws the same.",
    question="Who should decide where the random numbers start, and how often?",
)
sample_token.misconception(
    "ignores_the_generator",
    edit=(", generator=generator)", ")"),
    message="The generator is not handed to what draws, so a text cannot be made again.",
    question="Where does `torch.multinomial` take its random numbers from when it is given no generator?",
)
sample_token.misconception(
    "changes_its_input",
    edit=(PROBS, PROBS.replace("logits / temperature", "logits.div_(temperature)")),
    message="The logits are divided in place, so the caller's tensor changes.",
    question="What is the difference between `x / c` and `x /= c` for the caller of the function?",
)

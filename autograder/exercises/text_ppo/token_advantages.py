"""Judgement of `text_ppo.token_advantages`: GAE over texts of unequal lengths, and whitening over their tokens.

Schulman et al. 2016, equation 16. The oracle sums the δ of a text's kept tokens, one advantage at a time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, same_type
from autograder.submission import Submission

from .texts import DTYPES, disturbed, no_nan, numbers, otherwise_laid_out, runs, unchanged, without_gradient
from .token_advantages_misconceptions import add_misconceptions

token_advantages = Judgement(
    "text_ppo.token_advantages",
    hints=(
        "Take a text of three kept tokens and write δ₀, δ₁, δ₂ down. Which value stands behind the last token? Then "
        "A₂ = δ₂, A₁ = δ₁ + γλ·A₂, and so on: from the end to the beginning.",
        "A loop over the columns from the last to the first serves all texts at once. It carries two tensors (batch,): "
        "the value and the advantage of the column that it saw before.",
        "Where a column is not kept, both that are carried become 0, so that the last kept token sees nothing behind "
        "it: `torch.where(mask[:, t], …, 0.0)`.",
        "`whiten`: `kept = advantages[mask]` is a vector of what counts. Take its mean and its standard deviation "
        "(`std(correction=0)`, which divides by n), and choose 0 elsewhere with `torch.where`.",
    ),
)
NAME, WHITEN = "token_advantages", "whiten"
SINGLE = torch.float32
Inputs = tuple[Tensor, Tensor, Tensor, float, float]


def by_definition(rewards: Tensor, values: Tensor, mask: Tensor, gamma: float, lam: float) -> np.ndarray:
    """Advantages in double precision: Σ_k (γλ)^k δ_{t+k} over what is left of the text."""
    found = np.zeros(tuple(mask.shape))
    for text in range(len(mask)):
        columns = [t for t in range(mask.shape[1]) if mask[text, t]]
        r = [float(rewards[text, t]) for t in columns]
        v = [float(values[text, t]) for t in columns] + [0.0]
        for i, t in enumerate(columns):
            found[text, t] = sum(
                (gamma * lam) ** (j - i) * (r[j] + gamma * v[j + 1] - v[j]) for j in range(i, len(columns))
            )
    return found


def whitened(advantages: Tensor, mask: Tensor) -> np.ndarray:
    """The kept entries with mean 0 and variance 1, in double precision."""
    kept = [(text, t) for text, t in np.ndindex(*mask.shape) if mask[text, t]]
    numbers_kept = [float(advantages[place]) for place in kept]
    mean = sum(numbers_kept) / len(kept)
    deviation = np.sqrt(sum((number - mean) ** 2 for number in numbers_kept) / len(kept))
    found = np.zeros(tuple(mask.shape))
    for place, number in zip(kept, numbers_kept, strict=True):
        found[place] = (number - mean) / (deviation + 1e-8)
    return found


def draw(
    rng: np.random.Generator,
    dtype: torch.dtype = torch.float32,
    gamma: float | None = None,
    lam: float | None = None,
) -> Inputs:
    """Rewards, values far from 0, a mask of unequal texts, and factors that are not near each other."""
    mask = runs(rng, int(rng.integers(6, 10)))
    rewards, values = (numbers(rng, *mask.shape, dtype=dtype) for _ in range(2))
    drawn = float(rng.uniform(0.85, 0.95)), float(rng.uniform(0.5, 0.7))
    factors = [own if given is None else given for own, given in zip(drawn, (gamma, lam), strict=True)]
    return rewards, values + 2.0, mask, factors[0], factors[1]


@token_advantages.check(weight=5)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The advantage of each kept token is Σ (γλ)^k δ over the rest of its own text, and 0 where nothing is kept."""
    inputs = [draw(rng) for _ in range(3)]
    for given, got in zip(inputs, s.each(NAME, inputs), strict=True):
        yield close("the advantages", got, by_definition(*given), magnitude=10.0, precision=SINGLE)


@token_advantages.check(weight=2)
def ends_where_the_text_ends(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Behind the last kept token, in whatever column, nothing is to come: its advantage is its reward − its value."""
    rewards, values, mask, gamma, lam = draw(rng)
    got = s.call(NAME, rewards, values, mask, gamma=gamma, lam=lam)
    expected = by_definition(rewards, values, mask, gamma, lam)
    yield same_type("the advantages", got, rewards)
    last = mask.clone()
    last[:, :-1] &= ~mask[:, 1:]
    yield close("the advantages of last tokens", got[last], expected[last.numpy()], precision=SINGLE)
    one = torch.ones(1, 1, dtype=torch.bool)
    single = s.call(NAME, rewards[:1, :1], values[:1, :1], one, gamma, lam)
    yield close("the advantage of a text of one token", single, rewards[:1, :1] - values[:1, :1], magnitude=5.0)


@token_advantages.check(weight=2)
def has_the_limits_of_lambda(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """λ = 0 gives the TD error; λ = 1 and γ = 1 give all rewards to come, less the value."""
    for gamma, lam in ((0.9, 0.0), (0.9, 1.0), (1.0, 1.0), (1.0, 0.6)):
        given = draw(rng, gamma=gamma, lam=lam)
        got = s.call(NAME, *given)
        where = f"the advantages for γ = {gamma:g} and λ = {lam:g}"
        yield close(where, got, by_definition(*given), magnitude=10.0, precision=SINGLE)


@token_advantages.check(weight=2)
def ignores_what_is_not_kept(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Whatever stands in columns that are not kept, NaN and infinity included, the advantages are the same."""
    rewards, values, mask, gamma, lam = draw(rng)
    expected = by_definition(rewards, values, mask, gamma, lam)
    for first, second in ((rewards, disturbed(rng, values, mask)), (disturbed(rng, rewards, mask), values)):
        got = s.call(NAME, first, second, mask, gamma, lam)
        yield no_nan("the advantages beside strange pads", got)
        yield close("the advantages beside strange pads", got, expected, magnitude=10.0, precision=SINGLE)


@token_advantages.check(weight=4)
def whitens_the_kept(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Whitened, the kept tokens of the batch have together mean 0 and variance 1, whatever the pads; others are 0."""
    for scale in (3.0, 1e-8):
        mask = runs(rng)
        advantages = scale * (numbers(rng, *mask.shape) + 1.5)
        for given in (advantages, disturbed(rng, advantages, mask)):
            got = s.call(WHITEN, given, mask)
            yield no_nan("the whitened advantages", got)
            yield close("the whitened advantages", got, whitened(advantages, mask), magnitude=10.0, precision=SINGLE)


@token_advantages.check()
def whitens_what_is_all_equal(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A single kept token, or advantages that are all 0, become 0, never NaN."""
    mask = runs(rng)
    advantages = numbers(rng, *mask.shape)
    only = torch.zeros_like(mask)
    only[int(rng.integers(len(mask))), int(rng.integers(mask.shape[1]))] = True
    for given, kept in ((advantages, only), (torch.zeros_like(advantages), mask)):
        got = s.call(WHITEN, given, kept)
        yield close("the whitened advantages", got, np.zeros(tuple(mask.shape)), precision=SINGLE)


@token_advantages.check(weight=2)
def is_data(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """No gradient comes from the advantages, whitened or not, to rewards or values."""
    given = draw(rng)
    cotangent = numbers(rng, *given[2].shape)  # the sum of whitened numbers is 0 whatever they were
    yield from without_gradient(s, NAME, given, {0: "rewards", 1: "values"}, "advantages", cotangent)
    by = {0: "advantages"}
    yield from without_gradient(s, WHITEN, (given[0], given[2]), by, "whitened advantages", cotangent)


@token_advantages.check()
def keeps_the_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The results have the shape and dtype of what came, float32 or float64, whatever the layout in memory."""
    for dtype in DTYPES:
        given = draw(rng, dtype)
        got = s.call(NAME, *map(otherwise_laid_out, given))
        yield same_type("the advantages", got, given[0])
        yield close("the advantages", got, by_definition(*given), magnitude=10.0, precision=dtype)
        got = s.call(WHITEN, *map(otherwise_laid_out, (given[0], given[2])))
        yield same_type("the whitened advantages", got, given[0])
        yield close("the whitened advantages", got, whitened(given[0], given[2]), magnitude=10.0, precision=dtype)


@token_advantages.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Rewards, values, advantages and mask are not changed."""
    rewards, values, mask, gamma, lam = draw(rng)
    inputs = {"rewards": rewards, "values": values, "mask": mask}
    yield from unchanged(s, inputs, lambda held: s.call(NAME, *held, gamma, lam))
    yield from unchanged(s, {"advantages": rewards, "mask": mask}, lambda held: s.call(WHITEN, *held))


add_misconceptions(token_advantages)

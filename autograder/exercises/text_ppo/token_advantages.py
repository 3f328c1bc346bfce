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

from .texts import DTYPES, disturbed, numbers, otherwise_laid_out, runs, unchanged, without_gradient

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
        yield close("the advantages beside strange pads", got, expected, magnitude=10.0, precision=SINGLE)


@token_advantages.check(weight=4)
def whitens_the_kept(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Whitened, the kept tokens of the batch have together mean 0 and variance 1, whatever the pads; others are 0."""
    for scale in (3.0, 1e-8):
        mask = runs(rng)
        advantages = scale * (numbers(rng, *mask.shape) + 1.5)
        for given in (advantages, disturbed(rng, advantages, mask)):
            got = s.call(WHITEN, given, mask)
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


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
    token_advantages.misconception(identity, edits=edits, source=source, message=message, question=question)


def also(identity: str, *edits: tuple[str, str]) -> None:
    token_advantages.another_form(identity, edits=edits)


DELTA = "rewards[:, t] + gamma * next_value - values[:, t]"
STEP = "delta + gamma * lam * next_advantage"
KEPT = f"torch.where(mask[:, t], {STEP}, 0.0)"
NEXT_VALUE = "next_value = torch.where(mask[:, t], values[:, t], 0.0)"
NEXT_ADVANTAGE = "next_advantage = advantages[:, t]"
RESULT = "return advantages"
BACKWARDS = "reversed(range(rewards.shape[1]))"
CHOSEN = "torch.where(mask, whitened, 0.0)"
WHITENED = "(advantages - kept.mean()) / (kept.std(correction=0) + 1e-8)"

mistake(
    "mask_ignored",
    "The mask has no effect on the recursion: what stands at pads flows into the advantages before them.",
    "What comes behind the last token of a text?",
    (KEPT, STEP),
    (NEXT_VALUE, "next_value = values[:, t]"),
)
also(
    "mask_ignored",
    (KEPT, STEP),
    (NEXT_VALUE, "next_value = values[:, t]"),
    (RESULT, "return torch.where(mask, advantages, 0.0)"),
)
mistake(
    "value_of_a_pad",
    "Behind the last kept token the value of the pad is taken, as if the text went on. Its score has been given, and "
    "nothing follows.",
    "Is a text that has its EOS interrupted or finished, and what is V of a finished one?",
    (NEXT_VALUE, "next_value = values[:, t]"),
)
mistake(
    "recursion_runs_through_pads",
    "The mask cuts the value behind the last token, and not the recursion: the δ of pads flow into the text.",
    "Two things reach back from the column behind. Which of them does your mask cut?",
    (KEPT, STEP),
    (RESULT, "return torch.where(mask, advantages, 0.0)"),
)
also("recursion_runs_through_pads", (KEPT, STEP))
mistake(
    "cut_one_early",
    "The recursion is cut at the last kept token, so the token before it sees neither its value nor its advantage.",
    "Which tokens have a kept token behind them: all, or all but the last?",
    (NEXT_VALUE, "goes_on = mask[:, t] & next_kept\n        " + NEXT_VALUE.replace("mask[:, t]", "goes_on")),
    (NEXT_ADVANTAGE, "next_advantage = torch.where(goes_on, advantages[:, t], 0.0)\n        next_kept = mask[:, t]"),
    ("    for t in", "    next_kept = torch.zeros_like(mask[:, 0])\n    for t in"),
)
mistake(
    "value_after_the_token",
    "values[:, t] is read as the value after token t. It is that of the state before it, in which the token was chosen.",
    "What did the policy know when it chose token t, and which value speaks of that?",
    (DELTA, "rewards[:, t] + gamma * values[:, t] - (values[:, t - 1] if t else 0.0)"),
)
also(
    "value_after_the_token",
    (
        DELTA,
        "rewards[:, t] + gamma * values[:, t] - (torch.where(mask[:, t - 1], values[:, t - 1], 0.0) if t else 0.0)",
    ),
)
mistake(
    "no_value_to_come",
    "δ leaves out the value of the next state.",
    "Besides its reward, what does a token earn: what is the state worth that it leads to?",
    (DELTA, "rewards[:, t] - values[:, t]"),
)
mistake(
    "no_value_taken_off",
    "δ leaves out − V: these are estimates of the return, not of the advantage.",
    "Better than what is a token with a positive advantage?",
    (DELTA, "rewards[:, t] + gamma * next_value"),
)
mistake(
    "returns_not_advantages",
    "The values have been added: these are the returns, which the value function is to learn.",
    "Which of both should be 0 on average, the return or the advantage?",
    (RESULT, "return advantages + torch.where(mask, values, 0.0)"),
)
mistake(
    "gamma_not_in_the_recursion",
    "The recursion decays by λ alone; it is γλ.",
    "With λ = 1 a reward two tokens ahead should count γ². What does it count here?",
    (STEP, "delta + lam * next_advantage"),
)
mistake(
    "gamma_not_in_delta",
    "δ takes the next value whole; it is worth γ of it.",
    "For λ = 0, where should γ show?",
    (DELTA, "rewards[:, t] + next_value - values[:, t]"),
)
mistake(
    "lambda_ignored",
    "λ has no effect: these are the advantages for λ = 1.",
    "What should the advantage be for λ = 0?",
    (STEP, "delta + gamma * next_advantage"),
)
mistake(
    "one_step_only",
    "Only δ is returned, the advantage for λ = 0.",
    "How does the score, at the last token, reach the first one?",
    (STEP, "delta"),
)
mistake(
    "lambda_in_delta",
    "γ and λ have changed places: δ has λ for γ.",
    "Which of both says how much a later reward is worth, and which how far an estimate is trusted?",
    (DELTA, "rewards[:, t] + lam * next_value - values[:, t]"),
)
mistake(
    "forwards",
    "The loop runs from the first token to the last, so an advantage sums up what lies before its token.",
    "Can a token change a reward that came before it?",
    (BACKWARDS, "range(rewards.shape[1])"),
)
mistake(
    "reward_shifted",
    "δ takes the reward of another column: r_t is the one for token t.",
    "Which reward follows on action t?",
    (DELTA, "rewards[:, t - 1] + gamma * next_value - values[:, t]"),
)
also("reward_shifted", (DELTA, "rewards[:, min(t + 1, rewards.shape[1] - 1)] + gamma * next_value - values[:, t]"))
mistake(
    "whitened_at_once",
    "token_advantages returns whitened advantages. The returns that the value function learns need them as they are.",
    "What is the mean of whitened advantages plus values, and what that of the returns?",
    (RESULT, "return whiten(advantages, mask)"),
)
mistake(
    "advantages_have_a_gradient",
    "A gradient comes from the advantages to the values: the policy's loss would teach the value function to make the "
    "advantages look good.",
    "Which loss should move the value function?",
    (
        "@torch.no_grad()\ndef token_advantages",
        "def token_advantages",
    ),
    ("    advantages = torch.empty_like(rewards)\n", "    columns = []\n"),
    (f"advantages[:, t] = {KEPT}", f"columns.append({KEPT})"),
    (NEXT_ADVANTAGE, "next_advantage = columns[-1]"),
    (RESULT, "return torch.stack(columns[::-1], dim=1)"),
)
also("advantages_have_a_gradient", ("@torch.no_grad()\ndef whiten", "def whiten"))
mistake(
    "whitened_over_pads",
    "Mean and deviation are taken over all columns: the 0 of every pad draws the mean to 0 and the deviation down.",
    "Should the step size depend on how much padding a batch has?",
    ("kept = advantages[mask]", "kept = torch.where(mask, advantages, 0.0)"),
)
also("whitened_over_pads", ("kept = advantages[mask]", "kept = advantages"))
mistake(
    "whitened_text_by_text",
    "Each text is whitened by itself: a bad text then looks as good as a good one.",
    "All tokens of one text have the advantage −1, those of another +1. What should become of them?",
    (
        WHITENED,
        "advantages",
    ),
    (
        CHOSEN,
        "torch.where(mask, (advantages - _mean(advantages, mask)) / (_mean((advantages - _mean(advantages, mask)) ** 2, mask)"
        ".sqrt() + 1e-8), 0.0)\n\n\ndef _mean(x, mask):\n"
        "    return torch.where(mask, x, 0.0).sum(1, keepdim=True) / mask.sum(1, keepdim=True).clamp(min=1)",
    ),
)
mistake(
    "whitened_column_by_column",
    "Each column is whitened by itself, so that a position at which all texts are bad looks like one at which they are "
    "good, and a column with one kept token is lost.",
    "Over what should the mean be 0: over each position, or over all tokens?",
    (WHITENED, "advantages"),
    (
        CHOSEN,
        "torch.where(mask, (advantages - _mean(advantages, mask)) / (_mean((advantages - _mean(advantages, mask)) ** 2, mask)"
        ".sqrt() + 1e-8), 0.0)\n\n\ndef _mean(x, mask):\n"
        "    return torch.where(mask, x, 0.0).sum(0, keepdim=True) / mask.sum(0, keepdim=True).clamp(min=1)",
    ),
)
mistake(
    "pads_not_zero",
    "What is not kept does not become 0.",
    "Which part should a pad have in the loss?",
    (CHOSEN, "whitened"),
)
mistake(
    "multiplied_by_the_mask",
    "What is not kept is multiplied by 0. Where NaN stands, it stays NaN.",
    "Which operation chooses a 0 without computing with what it replaces?",
    (CHOSEN, "whitened * mask"),
)
mistake(
    "divided_by_the_variance",
    "The advantages are divided by their variance; their standard deviation is its root.",
    "If all advantages are ten times as large, should the whitened ones change?",
    ("kept.std(", "kept.var("),
)
mistake(
    "mean_not_taken_off",
    "The mean stays in: only the deviation becomes 1.",
    "What is the mean of whitened numbers?",
    ("(advantages - kept.mean())", "advantages"),
)
mistake(
    "only_centred",
    "The mean is taken off, and the deviation stays as it was.",
    "What is the variance of whitened numbers?",
    (WHITENED, "advantages - kept.mean()"),
)
mistake(
    "divides_by_n_minus_one",
    "The deviation divides by n − 1, so one kept token alone gives 0/0.",
    "By what does the statement's standard deviation divide?",
    ("correction=0", "correction=1"),
)
mistake(
    "no_floor",
    "Nothing is added to the deviation: where all advantages are equal, this is 0/0.",
    "What is left of (A − mean) / std if all A are equal?",
    ("correction=0) + 1e-8)", "correction=0))"),
)

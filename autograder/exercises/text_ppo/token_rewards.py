"""Judgement of `text_ppo.token_rewards`: a KL penalty for each token, and the text's score at its last kept one.

Ziegler et al. 2019, equation 2; Stiennon et al. 2020, section 3.4. The oracle takes one token at a time.
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

token_rewards = Judgement(
    "text_ppo.token_rewards",
    hints=(
        "Write down one row of the mask, with a prompt in front and pads behind. Which column should get the score? "
        "Which columns get a penalty?",
        "The last kept token is kept, and the one behind it is not, or there is none behind it. `mask` and a copy of "
        "it that is moved by one column say so without a loop.",
        "At a kept token the policy pays kl_coef · (log π − log π_ref): it costs to be surer of a token than the "
        "reference was.",
        "What stands at a pad may be NaN or -inf, and NaN · 0 is NaN: choose with `torch.where(mask, …, 0.0)` at the "
        "end. `@torch.no_grad()` above the function, or `.detach()`, makes the result data.",
    ),
)
NAME = "token_rewards"
Inputs = tuple[Tensor, Tensor, Tensor, Tensor, float]


def by_definition(scores: Tensor, log_probs: Tensor, ref: Tensor, mask: Tensor, kl_coef: float) -> np.ndarray:
    """The rewards in double precision, one token at a time."""
    found = np.zeros(tuple(mask.shape))
    for text in range(len(mask)):
        columns = [t for t in range(mask.shape[1]) if mask[text, t]]
        for t in columns:
            found[text, t] = kl_coef * (float(ref[text, t]) - float(log_probs[text, t]))
        if columns:
            found[text, columns[-1]] += float(scores[text])
    return found


def draw(rng: np.random.Generator, dtype: torch.dtype = torch.float32, kl_coef: float | None = None) -> Inputs:
    """Scores and log-probs of texts of unequal lengths; the policy is on the whole surer than the reference."""
    mask = runs(rng, int(rng.integers(6, 10)))
    ref = -numbers(rng, *mask.shape, dtype=dtype).abs() - 0.5
    log_probs = -(numbers(rng, *mask.shape, dtype=dtype) - 0.5).abs()
    coefficient = float(rng.uniform(0.1, 0.9)) if kl_coef is None else kl_coef
    return 2.0 * numbers(rng, len(mask), dtype=dtype) + 1.0, log_probs, ref, mask, coefficient


@token_rewards.check(weight=3)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each kept token gets −kl_coef · (log π − log π_ref), the last kept one of a text its score too, others 0."""
    inputs = [draw(rng) for _ in range(3)]
    for given, got in zip(inputs, s.each(NAME, inputs), strict=True):
        yield close("the rewards", got, by_definition(*given), magnitude=5.0, precision=torch.float32)


@token_rewards.check(weight=2)
def gives_the_score_once(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Without a penalty the only reward is the score, at the last kept token, be it the last column or not."""
    many = draw(rng, kl_coef=0.0)
    one = (many[0][:1], many[1][:1, :1], many[2][:1, :1], torch.ones(1, 1, dtype=torch.bool), 0.0)
    for given, where in ((many, "without a penalty"), (one, "of a single token")):
        yield close(f"the rewards {where}", s.call(NAME, *given), by_definition(*given))


@token_rewards.check(weight=2)
def charges_the_whole_divergence(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The rewards of a text add up to its score less kl_coef · Σ (log π − log π_ref), however long it is."""
    scores, log_probs, ref, mask, kl_coef = draw(rng)
    got = s.call(NAME, scores, log_probs, ref, mask, kl_coef=kl_coef)
    expected = by_definition(scores, log_probs, ref, mask, kl_coef)
    yield same_type("the rewards", got, log_probs)
    total = got.double().sum(dim=1)
    yield close("the sums of the rewards", total, expected.sum(axis=1), magnitude=10.0, precision=torch.float32)


@token_rewards.check(weight=2)
def ignores_what_is_not_kept(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """What stands in columns that are not kept, NaN or infinity, changes no reward, and there the rewards are 0."""
    scores, log_probs, ref, mask, kl_coef = draw(rng)
    expected = by_definition(scores, log_probs, ref, mask, kl_coef)
    for first, second in ((log_probs, disturbed(rng, ref, mask)), (disturbed(rng, log_probs, mask), ref)):
        got = s.call(NAME, scores, first, second, mask, kl_coef)
        yield close("the rewards beside strange pads", got, expected, magnitude=5.0, precision=torch.float32)


@token_rewards.check()
def is_data(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """No gradient comes from the rewards to scores or log-probs."""
    by = {0: "scores", 1: "log-probs", 2: "reference's log-probs"}
    given = draw(rng)
    yield from without_gradient(s, NAME, given, by, "rewards", numbers(rng, *given[3].shape))


@token_rewards.check()
def keeps_the_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The rewards have the shape and dtype of the log-probs, float32 or float64, whatever the layout in memory."""
    for dtype in DTYPES:
        given = draw(rng, dtype)
        got = s.call(NAME, *map(otherwise_laid_out, given))
        yield same_type("the rewards", got, given[1])
        yield close("the rewards", got, by_definition(*given), magnitude=5.0, precision=dtype)


@token_rewards.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Scores, log-probs and mask are not changed."""
    scores, log_probs, ref, mask, kl_coef = draw(rng)
    inputs = {"scores": scores, "log_probs": log_probs, "ref_log_probs": ref, "mask": mask}
    yield from unchanged(s, inputs, lambda held: s.call(NAME, *held, kl_coef))


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
    token_rewards.misconception(identity, edits=edits, source=source, message=message, question=question)


def also(identity: str, *edits: tuple[str, str], source: str = "") -> None:
    token_rewards.another_form(identity, edits=edits, source=source)


PENALTY = "- kl_coef * (log_probs - ref_log_probs)"
SHARE = "(log_probs - ref_log_probs)"
SCORE = "torch.where(last, scores[:, None], 0.0)"
RESULT = "return torch.where(mask, rewards, 0.0)"
LAST = "last = mask & ~following"
ELSEWHERE = (RESULT, "return torch.where(last & ~mask, scores[:, None], torch.where(mask, rewards, 0.0))")
"""Keeps a score that stands where nothing is kept."""
MOVED = "following = torch.zeros_like(mask)\n    following[:, :-1] = mask[:, 1:]\n"
LENGTH = "mask.sum(dim=1, keepdim=True)"

mistake(
    "kl_sign",
    "The penalty has the wrong sign: the policy is paid for moving away from the reference.",
    "A token that π likes better than π_ref does has log π − log π_ref > 0. Should that cost or pay?",
    (PENALTY, PENALTY.replace("-", "+", 1)),
)
mistake(
    "one_step_too_late",
    "The score stands one column behind the last kept token, at a pad, where no action was taken; where the text fills "
    "the row, it is lost.",
    "Which token was the last decision of the policy: the EOS, or the pad behind it?",
    (LAST, "before = torch.zeros_like(mask)\n    before[:, 1:] = mask[:, :-1]\n    last = before & ~mask"),
)
also(
    "one_step_too_late",
    (LAST, "before = torch.zeros_like(mask)\n    before[:, 1:] = mask[:, :-1]\n    last = before & ~mask"),
    (RESULT, "return torch.where(mask | last, torch.where(mask, rewards, scores[:, None]), 0.0)"),
)
mistake(
    "before_the_end",
    "The score stands one column before the last kept token, as if the EOS had not been written by the policy.",
    "Is the EOS one of the policy's actions?",
    (
        MOVED + "    " + LAST,
        "ends = mask.clone()\n    ends[:, :-1] &= ~mask[:, 1:]\n    last = torch.zeros_like(mask)\n"
        "    last[:, :-1] = ends[:, 1:]\n    last &= mask",
    ),
)
also(
    "before_the_end",  # of a text of one token, before it
    (
        MOVED + "    " + LAST,
        "ends = mask.clone()\n    ends[:, :-1] &= ~mask[:, 1:]\n    last = torch.zeros_like(mask)\n"
        "    last[:, :-1] = ends[:, 1:]",
    ),
    ELSEWHERE,
)
mistake(
    "last_column",
    "The score stands in the last column of the batch, where shorter texts have only pads.",
    "Does every text end in the last column?",
    (LAST, "last = torch.zeros_like(mask)\n    last[:, -1] = True"),
)
also(
    "last_column",
    (LAST, "last = torch.zeros_like(mask)\n    last[:, -1] = True"),
    ELSEWHERE,
)
also(
    "last_column",  # but not of a text that keeps nothing
    (LAST, "last = torch.zeros_like(mask)\n    last[:, -1] = mask.any(dim=1)"),
    ELSEWHERE,
)
mistake(
    "first_kept",
    "The score stands at the first kept token, before the text was written.",
    "When is it known what a whole text is worth?",
    (MOVED, "following = torch.zeros_like(mask)\n    following[:, 1:] = mask[:, :-1]\n"),
)
mistake(
    "length_as_column",
    "The number of kept tokens, less one, is taken for the column of the last one. That is so only if the first kept "
    "token stands in column 0.",
    "In which column does the completion begin, if there is a prompt in front of it?",
    (LAST, f"last = torch.arange(mask.shape[1]) == {LENGTH} - 1"),
)
also("length_as_column", (LAST, f"last = torch.arange(mask.shape[1]) == {LENGTH} - 1"), ELSEWHERE)
mistake(
    "writes_where_nothing_is_kept",
    "A text that keeps nothing gets its score too, in its last column.",
    "What does `x[row, -1]` mean, where −1 is a length of 0 less one?",
    (
        RESULT,
        "rewards = torch.where(mask, rewards, 0.0)\n    none = ~mask.any(1)\n    rewards[none, -1] = scores[none]\n"
        "    return rewards",
    ),
)
mistake(
    "score_at_every_token",
    "Every kept token gets the whole score, so a longer text is worth more.",
    "How often is the score of a text to be counted?",
    (SCORE, "torch.where(mask, scores[:, None], 0.0)"),
)
mistake(
    "score_spread",
    "The score is spread over all kept tokens; it belongs to the last one, where it became known.",
    "Which later rewards should the advantage of the last token know of, if all of the score lies before it?",
    (SCORE, f"scores[:, None] / {LENGTH}.clamp(min=1)"),
)
mistake(
    "mean_divergence",
    "The penalty is divided by the number of kept tokens: the policy pays for the mean over the tokens, not for the "
    "sum, so a text of 16 tokens is bound by a sixteenth of kl_coef.",
    "What is log π(text) in terms of the log-probs of its tokens: their sum or their mean?",
    (PENALTY, f"{PENALTY} / {LENGTH}.clamp(min=1)"),
)
also("mean_divergence", (PENALTY, f"{PENALTY} / mask.shape[1]"))
also(
    "mean_divergence",
    (PENALTY, f"- kl_coef * torch.where(mask, {SHARE}, 0.0).sum(1, keepdim=True) / {LENGTH}.clamp(min=1)"),
)
mistake(
    "divergence_at_the_end",
    "The whole penalty of a text stands at its last token: right in sum, but every token pays its own share.",
    "Which token has earned the penalty for a token at which π and π_ref differ?",
    (PENALTY, f"- kl_coef * torch.where(last, torch.where(mask, {SHARE}, 0.0).sum(1, keepdim=True), 0.0)"),
)
mistake(
    "no_penalty_at_the_end",
    "The last kept token has the score alone: its share of the penalty is missing.",
    "Did the policy choose the last token too?",
    (PENALTY, f"- kl_coef * torch.where(last, 0.0, {SHARE})"),
)
mistake(
    "penalty_ignored",
    "There is no penalty: the policy may go anywhere.",
    "What should a policy lose that puts all probability on one token?",
    (PENALTY, ""),
)
mistake(
    "score_scaled_too",
    "kl_coef multiplies the score too.",
    "What should the score become for kl_coef = 0?",
    (f"{SCORE} {PENALTY}", f"kl_coef * ({SCORE} - {SHARE})"),
)
mistake(
    "absolute_difference",
    "The penalty is the absolute difference, so a token also costs where the reference was surer than the policy. The "
    "mean of such differences is not the KL.",
    "Can single terms of log π − log π_ref be negative? And their mean under π?",
    (PENALTY, f"- kl_coef * {SHARE}.abs()"),
)
mistake(
    "squared_difference",
    "The penalty is half the squared difference (k2). As a reward it does not give the gradient of the KL.",
    "Whose mean under π is exactly the KL: that of log π − log π_ref, or that of half its square?",
    (PENALTY, f"- 0.5 * kl_coef * {SHARE} ** 2"),
)
mistake(
    "k3_in_the_reward",
    "The penalty is k3, π_ref/π − 1 − log(π_ref/π): a fine estimate of the KL's value, but as a reward it gives "
    "another gradient.",
    "Which of the estimates is log π − log π_ref itself?",
    (PENALTY, f"- kl_coef * (torch.expm1(-{SHARE}) + {SHARE})"),
)
mistake(
    "probabilities_not_logs",
    "The difference of the probabilities is charged, not that of their logarithms.",
    "What is the KL in terms of log π and log π_ref?",
    (PENALTY, "- kl_coef * (log_probs.exp() - ref_log_probs.exp())"),
)
mistake(
    "pads_pay",
    "Columns that are not kept have rewards too, made of what happens to stand there.",
    "Did the policy write the prompt, or the pads?",
    (RESULT, "return rewards"),
)
mistake(
    "multiplied_by_the_mask",
    "The rewards are multiplied by the mask. A pad may hold NaN or infinity, and NaN · 0 is NaN.",
    "Which operation chooses a 0 without computing with what it replaces?",
    (RESULT, "return rewards * mask"),
)
also("multiplied_by_the_mask", (RESULT, "return rewards * mask.to(rewards.dtype)"))
mistake(
    "mask_inverted",
    "The penalty stands at what is not kept: prompts and pads.",
    "What does True in the mask say about a token?",
    (RESULT, "return torch.where(last, scores[:, None], torch.where(mask, 0.0, rewards))"),
)
mistake(
    "has_a_gradient",
    "A gradient comes from the rewards to the log-probs: the policy would be moved a second time, besides by the "
    "policy gradient, and not by that of the KL.",
    "What is a reward to the policy gradient: a function of the weights, or a number?",
    ("@torch.no_grad()\n", ""),
)

"""Judgement of `rlhf.kl_penalized_rewards`: what a reward model's score becomes before it is a reward.

The oracle takes one token at a time. Scores lie on both sides of the clip, and some texts have not ended.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, same_type
from autograder.submission import Submission

from .texts import DTYPES, is_free_of_gradient, numbers, places, some_mask, strange_pads, strided, untouched

kl_penalized_rewards = Judgement(
    "rlhf.kl_penalized_rewards",
    hints=(
        "Nothing is new about the penalty: `token_rewards` of chapter 4 has it. What has to happen to the scores "
        "before they are given to it?",
        "Two things in order: each score goes into the interval from −score_clip to score_clip; then the texts that "
        "have not ended get another one.",
        "`missing_eos_score` may be 0.0, which is false in an `if`. Ask whether it `is not None`.",
        "`scores.clamp(-c, c)`, `torch.where(ended, scores, missing_eos_score)`, `token_rewards(…)`, which gives data "
        "without a gradient.",
    ),
)
NAME = "kl_penalized_rewards"
SINGLE = torch.float32
Inputs = tuple[Tensor, Tensor, Tensor, Tensor, Tensor, float, float, float | None]


def by_definition(
    scores: Tensor,
    log_probs: Tensor,
    ref: Tensor,
    mask: Tensor,
    ended: Tensor,
    kl_coef: float,
    score_clip: float,
    missing: float | None,
) -> np.ndarray:
    found = np.zeros(tuple(mask.shape))
    last: dict[int, int] = {}
    for text, t in places(mask):
        found[text, t] = kl_coef * (float(ref[text, t]) - float(log_probs[text, t]))
        last[text] = t
    for text, t in last.items():
        score = min(max(float(scores[text]), -score_clip), score_clip)
        if missing is not None and not ended[text]:
            score = missing
        found[text, t] += score
    return found


def draw(
    rng: np.random.Generator,
    *,
    dtype: torch.dtype = torch.float32,
    kl_coef: float | None = None,
    score_clip: float = 2.0,
    missing: float | None = -3.5,
) -> Inputs:
    """Scores beyond the clip on either side and within it; of the texts about half have ended."""
    mask = some_mask(rng, int(rng.integers(7, 10)))
    sizes = rng.permutation([4.0, 3.0, -3.0, -4.5, 1.0, -0.7]) + rng.uniform(-0.3, 0.3, 6)
    ended = torch.from_numpy(rng.permutation([True, True, True, False, False, False]))
    ref = -numbers(rng, *mask.shape, dtype=dtype).abs() - 0.5
    log_probs = -(numbers(rng, *mask.shape, dtype=dtype) - 0.5).abs()
    coefficient = float(rng.uniform(0.2, 0.8)) if kl_coef is None else kl_coef
    return torch.from_numpy(sizes).to(dtype), log_probs, ref, mask, ended, coefficient, score_clip, missing


def compared(where: str, got: object, given: Inputs, dtype: torch.dtype = SINGLE) -> Observation:
    return close(f"the rewards {where}", got, by_definition(*given), magnitude=6.0, precision=dtype)


@kl_penalized_rewards.check(weight=3)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each kept token pays kl_coef · (log π − log π_ref); the last one gets the score on top, clipped or replaced."""
    given = [draw(rng), draw(rng, score_clip=0.5, missing=1.5), draw(rng, score_clip=3.5, missing=-1.0)]
    for inputs, got in zip(given, s.each(NAME, given), strict=True):
        yield compared("of texts with and without an end", got, inputs)


@kl_penalized_rewards.check(weight=2)
def clips_the_score_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The clip acts on the score, on both sides, before the penalty; a clip of infinity changes nothing."""
    for given in (draw(rng, missing=None), draw(rng, kl_coef=0.0, missing=None), draw(rng, score_clip=math.inf)):
        yield compared(f"with a clip of {given[6]:g}", s.call(NAME, *given), given)


@kl_penalized_rewards.check(weight=2)
def replaces_the_score_of_what_never_ended(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A text that has not ended gets missing_eos_score in place of its own, as it is; with None it keeps its own."""
    for missing in (-3.5, 0.0, 5.0, None):
        given = draw(rng, missing=missing)
        yield compared(f"with a missing_eos_score of {missing}", s.call(NAME, *given), given)


@kl_penalized_rewards.check(weight=1)
def knows_the_smallest_batches(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A single token has its penalty and its score; where nothing is kept, nothing is earned."""
    scores, log_probs, ref, _, _, kl_coef, clip, missing = draw(rng)
    for kept in (True, False):
        for ended in (True, False):
            mask, end = torch.tensor([[kept]]), torch.tensor([ended])
            given = (scores[:1], log_probs[:1, :1], ref[:1, :1], mask, end, kl_coef, clip, missing)
            yield compared("of one column", s.call(NAME, *given), given)


@kl_penalized_rewards.check(weight=2)
def ignores_what_is_not_kept(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """What stands in columns that are not kept, NaN or infinity, changes no reward, and there the rewards are 0."""
    given = draw(rng)
    scores, log_probs, ref, mask, *rest = given
    for first, second in ((log_probs, strange_pads(rng, ref, mask)), (strange_pads(rng, log_probs, mask), ref)):
        yield compared("beside strange pads", s.call(NAME, scores, first, second, mask, *rest), given)


@kl_penalized_rewards.check(weight=2)
def is_data_of_the_same_kind(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The rewards have shape and dtype of the log-probs, in any layout, carry no gradient, and change no input."""
    for dtype in DTYPES:
        given = draw(rng, dtype=dtype)
        got = s.call(NAME, *map(strided, given))
        yield same_type("the rewards", got, given[1])
        yield compared(f"in {dtype}", got, given, dtype)
    given = draw(rng)
    sources = {0: "scores", 1: "log-probs", 2: "reference's log-probs"}
    yield is_free_of_gradient(s, NAME, given, sources, "rewards", numbers(rng, *given[3].shape))
    names = ("scores", "log_probs", "ref_log_probs", "mask", "ended")
    yield from untouched(s, NAME, dict(zip(names, given[:5], strict=True)), *given[5:])


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
    kl_penalized_rewards.misconception(identity, edits=edits, message=message, question=question)


def also(identity: str, *edits: tuple[str, str]) -> None:
    kl_penalized_rewards.another_form(identity, edits=edits)


CLAMP = "scores = scores.clamp(-score_clip, score_clip)"
ASKED = "if missing_eos_score is not None:"
REPLACED = "scores = torch.where(ended, scores, missing_eos_score)"
RETURN = "return token_rewards(scores, log_probs, ref_log_probs, mask, kl_coef)"
NO_SCORES = "torch.zeros_like(scores)"

mistake(
    "clip_forgotten",
    "The scores are not clipped: one text on which the reward model is far out rules the whole batch.",
    "What does a score of 40 among scores around 1 do to whitened advantages?",
    (f"    {CLAMP}\n", ""),
)
mistake(
    "clipped_from_above_only",
    "Only high scores are clipped; a very low one is kept.",
    "On how many sides can a reward model be wrong?",
    (CLAMP, "scores = scores.clamp(max=score_clip)"),
)
mistake(
    "clipped_at_zero",
    "Scores below 0 become 0, so all bad texts are alike.",
    "What is the lower end of ±score_clip?",
    (CLAMP, "scores = scores.clamp(0.0, score_clip)"),
)
mistake(
    "penalty_clipped_too",
    "The clip is applied to score and penalty together. A policy that is far enough away then pays nothing more for "
    "moving further.",
    "Which of the two comes from a model that may be wrong: the score or the penalty?",
    (f"    {CLAMP}\n", ""),
    (RETURN, RETURN + ".clamp(-score_clip, score_clip)"),
)
mistake(
    "missing_score_clipped",
    "missing_eos_score is clipped like a score: a low one that was meant to hurt does not.",
    "Whose number is missing_eos_score: the reward model's or yours?",
    (f"    {CLAMP}\n", ""),
    (RETURN, f"{CLAMP}\n    {RETURN}"),
)
mistake(
    "missing_score_added",
    "missing_eos_score is added to the score; it is to take its place. The reward model never saw such a text, so what "
    "it says about it is no basis.",
    "If the reward model happens to give half a text a score of 5, what should the policy learn from that?",
    (REPLACED, "scores = torch.where(ended, scores, scores + missing_eos_score)"),
)
mistake(
    "ended_inverted",
    "The texts that *have* ended get missing_eos_score.",
    "Which texts have an EOS?",
    (REPLACED, "scores = torch.where(ended, missing_eos_score, scores)"),
)
mistake(
    "ended_ignored",
    "Texts without an end keep the reward model's score: a policy that never stops is not told so.",
    "What does missing_eos_score change in your function?",
    (f"    {ASKED}\n        {REPLACED}\n", ""),
)
mistake(
    "zero_taken_for_none",
    "A missing_eos_score of 0.0 is taken for none: 0.0 is false in an `if`.",
    "What does `bool(0.0)` give?",
    (ASKED, "if missing_eos_score:"),
)
mistake(
    "none_taken_for_zero",
    "Without a missing_eos_score, texts that have not ended get 0; they should keep their own score.",
    "What does None say: that nothing is to be earned, or that nothing is to be replaced?",
    (f"{ASKED}\n        {REPLACED}", "scores = torch.where(ended, scores, missing_eos_score or 0.0)"),
)
mistake(
    "nothing_charged_where_nothing_ended",
    "A text that has not ended pays no KL penalty: all its tokens have the reward 0 but the last.",
    "Did the policy choose these tokens?",
    (RETURN, RETURN.replace("kl_coef)", "kl_coef * (ended | (missing_eos_score is None))[:, None])")),
)
mistake(
    "kl_sign",
    "The penalty has the wrong sign: the policy is paid for moving away from the reference.",
    "A token that π likes better than π_ref does has log π − log π_ref > 0. Should that cost or pay?",
    (RETURN, RETURN.replace("kl_coef)", "-kl_coef)")),
)
mistake(
    "penalty_forgotten",
    "There is no penalty: the policy may go where the reward model knows nothing.",
    "Where does kl_coef enter?",
    (RETURN, RETURN.replace("kl_coef)", "0.0)")),
)
mistake(
    "mean_divergence",
    "The penalty is divided by the number of kept tokens: a text of 16 tokens is bound by a sixteenth of kl_coef.",
    "What is log π(text) in terms of the log-probs of its tokens: their sum or their mean?",
    (RETURN, RETURN.replace("kl_coef)", "kl_coef / mask.sum(dim=1, keepdim=True).clamp(min=1))")),
)
mistake(
    "score_at_every_token",
    "Every kept token gets the whole score, so a longer text is worth more.",
    "How often is the score of a text to be counted?",
    (
        RETURN,
        f"penalty = token_rewards({NO_SCORES}, log_probs, ref_log_probs, mask, kl_coef)\n"
        "    return torch.where(mask, scores[:, None], 0.0) + penalty",
    ),
)
mistake(
    "one_step_too_late",
    "The score stands one column behind the last kept token, where no action was taken; where the text fills its row, "
    "it is lost.",
    "Which token was the last decision of the policy: the EOS, or the pad behind it?",
    (
        RETURN,
        f"rewards = token_rewards({NO_SCORES}, log_probs, ref_log_probs, mask, kl_coef)\n"
        "    behind = mask[:, :-1] & ~mask[:, 1:]\n"
        "    rewards[:, 1:] += torch.where(behind, scores[:, None], 0.0)\n"
        "    return rewards",
    ),
)
mistake(
    "last_column",
    "The score stands in the last column of the batch, where shorter texts have only pads.",
    "Does every text end in the last column?",
    (
        RETURN,
        f"rewards = token_rewards({NO_SCORES}, log_probs, ref_log_probs, mask, kl_coef)\n"
        "    rewards[:, -1] += scores\n"
        "    return rewards",
    ),
)
also(
    "last_column",  # but nothing where nothing is kept
    (
        RETURN,
        f"rewards = token_rewards({NO_SCORES}, log_probs, ref_log_probs, mask, kl_coef)\n"
        "    rewards[:, -1] += torch.where(mask.any(dim=1), scores, 0.0)\n"
        "    return rewards",
    ),
)
mistake(
    "has_a_gradient",
    "A gradient comes from the rewards to the scores, and so into the reward model.",
    "Which models are to learn in this step?",
    (
        RETURN,
        "last = mask & ~torch.nn.functional.pad(mask, (0, 1))[:, 1:]\n"
        "    penalty = torch.where(mask, kl_coef * (log_probs - ref_log_probs), 0.0)\n"
        "    return torch.where(last, scores[:, None], 0.0) - penalty",
    ),
)

"""Judgement of `preferences.last_token_scores`: where in a text a reward model's score is read.

The oracle looks from the end of each text for the first token that is no pad. The number of the pad is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, same_type
from autograder.submission import Submission

from .inputs import DTYPES, SINGLE, STRANGE, numbers, otherwise_laid_out, unchanged

last_token = Judgement(
    "preferences.last_token_scores",
    hints=(
        "Write down three texts of four columns: one with two pads behind, one with two pads in front, one without. "
        "Which column is meant in each?",
        "The number of tokens that are no pads tells the column only if no pad stands in front. What about the largest "
        "*position* that holds no pad?",
        "`positions * (tokens != pad)` with `positions = torch.arange(…)` is 0 at every pad. The largest number of a "
        "row, `amax(1)`, is the last position that counts.",
        "`scores.gather(1, last[:, None]).squeeze(1)` reads one column of each row, and the gradient goes there alone.",
    ),
)
NAME = "last_token_scores"
WHERE = ("behind", "in front", "on both sides", "anywhere", "nowhere")
"""Where pads stand."""
Inputs = tuple[Tensor, Tensor, int]


def places(tokens: Tensor, pad: int) -> list[int]:
    """The column of the last token that is no pad, one text at a time, from the end."""
    found = []
    for row in tokens.tolist():
        column = len(row) - 1
        while row[column] == pad:
            column -= 1
        found.append(column)
    return found


def by_definition(scores: Tensor, tokens: Tensor, pad: int) -> np.ndarray:
    return np.array([float(scores[text, column]) for text, column in enumerate(places(tokens, pad))])


def draw(rng: np.random.Generator, where: str = "behind", dtype: torch.dtype = SINGLE, texts: int = 6) -> Inputs:
    """Scores, and texts of unequal lengths with pads; 0, 1 and 2 are tokens like others unless they are the pad."""
    columns, pad = int(rng.integers(7, 10)), int(rng.integers(0, 6))
    tokens = torch.from_numpy(rng.integers(0, 5, size=(texts, columns)))
    tokens += tokens >= pad  # any number below 6 but the pad
    for row in range(texts):
        length = int(rng.integers(1, columns - 1))
        start = {"behind": 0, "in front": columns - length, "on both sides": int(rng.integers(1, columns - length))}
        kept = torch.zeros(columns, dtype=torch.bool)
        if where in start:
            kept[start[where] : start[where] + length] = True
        elif where == "anywhere":
            kept = torch.from_numpy(rng.random(columns) < 0.4)
            kept[int(rng.integers(columns - 1))] = True
        else:
            kept[:] = True
        tokens[row][~kept] = pad
    return 2.0 * numbers(rng, texts, columns, dtype=dtype) + 1.0, tokens, pad


@last_token.check(weight=3)
def reads_the_last_token(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The score of a text with pads behind is the one at its last token, whatever number the pad has."""
    inputs = [draw(rng) for _ in range(3)]
    for given, got in zip(inputs, s.each(NAME, inputs), strict=True):
        yield close("the scores", got, by_definition(*given), precision=SINGLE)


@last_token.check(weight=2)
def finds_it_wherever_pads_stand(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With pads in front, on both sides, anywhere or nowhere it is still the last token that is no pad."""
    for where in WHERE[1:]:
        given = draw(rng, where)
        yield close(f"the scores with pads {where}", s.call(NAME, *given), by_definition(*given), precision=SINGLE)


@last_token.check()
def reads_a_single_token(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A text of one token, alone in its row or with pads around, has the score at that token; one text is a batch."""
    scores, tokens, pad = draw(rng, "nowhere")
    single = scores[:, :1], tokens[:, :1], pad
    yield close("the scores of one column", s.call(NAME, *single), by_definition(*single), precision=SINGLE)
    lonely = torch.full_like(tokens, pad)
    for row in range(len(tokens)):
        lonely[row, int(rng.integers(tokens.shape[1]))] = int(tokens[row, 0])
    yield close(
        "the scores of one token among pads",
        s.call(NAME, scores, lonely, pad=pad),
        by_definition(scores, lonely, pad),
        precision=SINGLE,
    )
    one = scores[:1], tokens[:1], pad
    yield close("the score of one text", s.call(NAME, *one), by_definition(*one), precision=SINGLE)


@last_token.check()
def ignores_other_scores(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Whatever the scores at other positions are, NaN and infinity included, the result is the same."""
    for where in ("behind", "on both sides"):
        scores, tokens, pad = draw(rng, where)
        strange = torch.from_numpy(rng.choice(STRANGE, size=tuple(scores.shape))).float()
        for row, column in enumerate(places(tokens, pad)):
            strange[row, column] = scores[row, column]
        got = s.call(NAME, strange, tokens, pad)
        yield close("the scores beside strange ones", got, by_definition(scores, tokens, pad), precision=SINGLE)


@last_token.check()
def passes_the_gradient_on(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The gradient goes to the score that was read, and to no other."""
    scores, tokens, pad = draw(rng)
    slope = numbers(rng, len(tokens))
    _, [gradient] = s.vjp(NAME, scores, tokens, pad, wrt=[0], cotangent=slope)
    expected = np.zeros(tuple(scores.shape))
    for row, column in enumerate(places(tokens, pad)):
        expected[row, column] = float(slope[row])
    yield holds("a gradient", gradient is not None, "no gradient comes to the scores")
    yield close("the gradient", gradient, expected, precision=SINGLE)


@last_token.check()
def keeps_the_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The result is (batch,), of the scores' dtype, float32 or float64, whatever the layout in memory."""
    for dtype in DTYPES:
        given = draw(rng, dtype=dtype)
        got = s.call(NAME, *map(otherwise_laid_out, given))
        yield same_type("the scores", got, torch.zeros(len(given[0]), dtype=dtype))
        yield close("the scores", got, by_definition(*given), precision=dtype)


@last_token.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Scores and tokens are not changed."""
    scores, tokens, pad = draw(rng)
    yield from unchanged(s, {"scores": scores, "tokens": tokens}, lambda held: s.call(NAME, *held, pad))


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
    last_token.misconception(identity, edits=edits, source=source, message=message, question=question)


def also(identity: str, *edits: tuple[str, str], source: str = "") -> None:
    last_token.another_form(identity, edits=edits, source=source)


LAST = "last = (positions * (tokens != pad)).amax(1, keepdim=True)"
RETURN = "return scores.gather(1, last).squeeze(1)"
KEPT = "kept = tokens != pad"

mistake(
    "last_column",
    "The score is read in the last column, where shorter texts have pads: it changes with the longest text that "
    "happens to be in the batch.",
    "What does the score of a text have to do with the length of another one?",
    (RETURN, "return scores[:, -1]"),
)
mistake(
    "one_too_late",
    "The score is read one column behind the last token, at a pad.",
    "At which position has the model read the whole text and nothing else?",
    (RETURN, "return scores.gather(1, (last + 1).clamp(max=tokens.shape[1] - 1)).squeeze(1)"),
)
also("one_too_late", (RETURN, "return scores.gather(1, (last + 1) % tokens.shape[1]).squeeze(1)"))
mistake(
    "before_the_last",
    "The score is read one column before the last token: the model has not read the end of the text there.",
    "The score at position t is of what stands up to t. Is token t part of it?",
    (RETURN, "return scores.gather(1, (last - 1).clamp(min=0)).squeeze(1)"),
)
also("before_the_last", (RETURN, "return scores.gather(1, (last - 1) % tokens.shape[1]).squeeze(1)"))
mistake(
    "length_as_column",
    "The number of tokens, less one, is taken for the column of the last one. That is so only if no pad stands "
    "in front.",
    "Where is the last token of a text with two pads in front?",
    (LAST, "last = (tokens != pad).sum(1, keepdim=True) - 1"),
)
mistake(
    "before_the_first_pad",
    "The column before the first pad is taken. That is so only if all pads stand behind the text.",
    "Where is the first pad of a text with two pads in front?",
    (LAST, "last = ((tokens == pad).int().argmax(dim=1, keepdim=True) - 1) % tokens.shape[1]"),
)
also("before_the_first_pad", (LAST, "last = ((tokens == pad).int().argmax(dim=1, keepdim=True) - 1).clamp(min=0)"))
also(
    "before_the_first_pad",
    (
        LAST,
        "pads = tokens == pad\n    first = torch.where(pads.any(1), pads.int().argmax(1), tokens.shape[1])\n"
        "    last = (first - 1).clamp(min=0)[:, None]",
    ),
)
mistake(
    "first_token",
    "The score is read at the first token: `argmax` of what is all True or False gives the first True.",
    "What has the model read at the first position?",
    (LAST, "last = (tokens != pad).int().argmax(dim=1, keepdim=True)"),
)
also("first_token", (RETURN, "return scores[:, 0]"))
mistake(
    "pad_is_0",
    "Token 0 counts as the pad, whatever `pad` says.",
    "Does every tokenizer use the number 0 for pads?",
    ("tokens != pad", "tokens != 0"),
)
mistake(
    "mean_over_the_text",
    "The scores of all tokens are averaged. The ones before the last are of texts that are not finished.",
    "What is the score at the third token a score of?",
    (RETURN, f"{KEPT}\n    return torch.where(kept, scores, 0.0).sum(1) / kept.sum(1)"),
)
mistake(
    "sum_over_the_text",
    "The scores of all tokens are added up, so a longer text has more of them. The ones before the last are of texts "
    "that are not finished.",
    "What is the score at the third token a score of?",
    (RETURN, f"{KEPT}\n    return torch.where(kept, scores, 0.0).sum(1)"),
)
mistake(
    "largest_score",
    "The largest score of the text is taken, wherever it stands.",
    "Is a text as good as its best beginning?",
    (RETURN, f"{KEPT}\n    return torch.where(kept, scores, -torch.inf).amax(1)"),
)
mistake(
    "multiplied_by_a_mask",
    "The scores are multiplied by 1 and 0 and added up. Others may be NaN or infinite, and NaN · 0 is NaN.",
    "Which operation reads one number without computing with the others?",
    (RETURN, "return (scores * (positions == last).to(scores.dtype)).sum(1)"),
)
also(
    "multiplied_by_a_mask",
    (RETURN, "return torch.einsum('bt,bt->b', scores, (positions == last).to(scores.dtype))"),
)
mistake(
    "detached",
    "No gradient goes back to the scores: the reward model could not learn.",
    "What does `.detach()` leave behind?",
    (RETURN, RETURN + ".detach()"),
)

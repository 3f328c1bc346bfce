"""Judgement of `preferences.preference_pairs`: which text of each pair was chosen, which rejected.

The oracle takes one pair at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, holds, identical, same_type
from autograder.submission import Submission

from .inputs import flags, numbers, otherwise_laid_out, unchanged

pairs = Judgement(
    "preferences.preference_pairs",
    hints=(
        "Write two pairs on paper, the first text preferred in one, the second in the other. What are `chosen` and "
        "`rejected`, row by row?",
        "`torch.where(condition, a, b)` chooses element by element. The condition (batch,) has to be broadcast to "
        "whole texts (batch, time): along which axis would it stretch as it is?",
        "`first_preferred[:, None]` is (batch, 1), one answer for all of a row. With more axes behind the first it "
        "needs a 1 for each of them.",
    ),
)
NAME = "preference_pairs"
Inputs = tuple[Tensor, Tensor, Tensor]


def by_definition(first: Tensor, second: Tensor, first_preferred: Tensor) -> tuple[Tensor, Tensor]:
    """Chosen and rejected, one pair at a time."""
    chosen, rejected = [], []
    for a, b, answer in zip(first, second, first_preferred.tolist(), strict=True):
        chosen.append(a if answer else b)
        rejected.append(b if answer else a)
    return torch.stack(chosen), torch.stack(rejected)


def texts(rng: np.random.Generator, batch: int, time: int) -> Tensor:
    return torch.from_numpy(rng.integers(0, 50, size=(batch, time)))


def answers(rng: np.random.Generator, batch: int) -> Tensor:
    """Answers of both kinds, in no order that repeats."""
    found = flags(rng, batch)
    found[int(rng.integers(batch // 2))] = True
    found[batch // 2 + int(rng.integers(batch - batch // 2))] = False
    return found


def compared(where: str, got: Any, given: Inputs) -> Iterator[Observation]:
    """Both texts of each pair, of the shape and dtype of what came."""
    found = got if isinstance(got, list) else []
    yield identical(f"what is returned {where}: how many tensors", len(found), 2)
    for name, part, expected in zip(("chosen", "rejected"), found, by_definition(*given), strict=True):
        # Which other dtype it is depends on how the texts were computed with.
        kept = getattr(part, "dtype", None) == expected.dtype
        yield holds(f"the dtype of {name} {where}", kept, f"{name} {where} is not {expected.dtype}")
        yield same_type(f"{name} {where}", part, expected)
        yield identical(f"{name} {where}", part, expected)


@pairs.check(weight=3)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """In each pair the chosen text is the preferred one, the rejected one the other, and pairs keep their order."""
    inputs = []
    for batch, time in ((7, 5), (5, 9), (2, 3)):
        inputs.append((texts(rng, batch, time), texts(rng, batch, time), answers(rng, batch)))
    for given, got in zip(inputs, s.each(NAME, inputs), strict=True):
        yield from compared("of texts", got, given)


@pairs.check(weight=2)
def takes_texts_as_a_whole(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where there are as many pairs as tokens in a text, each answer still is about a row, never about a column."""
    given = texts(rng, 6, 6), texts(rng, 6, 6), answers(rng, 6)
    yield from compared("of as many texts as tokens", s.call(NAME, *given), given)


@pairs.check()
def takes_one_answer_for_all(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where the first text is always preferred, or never, and where there is a single pair, it holds as well."""
    for batch, answer in ((4, True), (4, False), (1, True), (1, False)):
        given = texts(rng, batch, 3), texts(rng, batch, 3), torch.full((batch,), answer)
        yield from compared(
            f"where the first is {'always' if answer else 'never'} preferred", s.call(NAME, *given), given
        )


@pairs.check(weight=2)
def takes_what_belongs_to_texts(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Scores (batch,), masks, and tensors with three axes are told apart in the same way, NaN where it was."""
    preferred = answers(rng, 6)
    stream = numbers(rng, 6, 4, 3, dtype=torch.float64)
    stream[int(rng.integers(6)), 1, 2] = float("nan")
    for where, first, second in (
        ("of scores", numbers(rng, 6), numbers(rng, 6)),
        ("of masks", flags(rng, 6, 4), flags(rng, 6, 4)),
        ("of three axes", stream, numbers(rng, 6, 4, 3, dtype=torch.float64)),
    ):
        given = first, second, preferred
        yield from compared(where, s.call(NAME, *given), given)
        yield from compared(f"{where}, laid out otherwise", s.call(NAME, *map(otherwise_laid_out, given)), given)


@pairs.check()
def passes_the_gradient_on(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A gradient that comes to a score goes to the text that the score is of."""
    batch = 6
    first, second, preferred = numbers(rng, batch), numbers(rng, batch), answers(rng, batch)
    slopes = numbers(rng, batch), numbers(rng, batch)
    held = [s.hold(first), s.hold(second)]
    for remote in held:
        remote.tell("requires_grad_")
    found = s.build(NAME, *held, preferred)
    for place, slope in enumerate(slopes):
        found.build("__getitem__", place).tell("backward", slope)
    # By hand: the preferred text of each pair has what came to `chosen`.
    expected = by_definition(*slopes, preferred)
    for name, remote, right in zip(("first", "second"), held, expected, strict=True):
        yield identical(f"the gradient of {name}", remote.get("grad"), right)


@pairs.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The texts and the answers are not changed."""
    given = texts(rng, 5, 4), texts(rng, 5, 4), answers(rng, 5)
    inputs = dict(zip(("first", "second", "first_preferred"), given, strict=True))
    yield from unchanged(s, inputs, lambda held: s.call(NAME, *held))


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
    pairs.misconception(identity, edits=edits, source=source, message=message, question=question)


def also(identity: str, *edits: tuple[str, str], source: str = "") -> None:
    pairs.another_form(identity, edits=edits, source=source)


SHAPED = "first_preferred.reshape(-1, *[1] * (first.dim() - 1))"
RETURN = "return torch.where(preferred, first, second), torch.where(preferred, second, first)"

mistake(
    "swapped",
    "Chosen and rejected are exchanged: a model that learns from these pairs gives the worse texts the higher scores.",
    "If `first_preferred` is True, which of the two is `chosen`?",
    (RETURN, "return torch.where(preferred, second, first), torch.where(preferred, first, second)"),
)
mistake(
    "along_the_columns",
    "The answers are lined up with the columns: each is about one token of every text, instead of one whole text.",
    "Two tensors of shapes (batch,) and (batch, time) are broadcast. With which axis does the first one line up?",
    (SHAPED, "first_preferred"),
)
mistake(
    "one_answer_for_all",
    "One answer decides for all pairs.",
    "Can people prefer the first text of one pair and the second of another?",
    (SHAPED, "first_preferred[0]"),
)
also("one_answer_for_all", (SHAPED, "first_preferred.any()"))
also("one_answer_for_all", (SHAPED, "first_preferred.all()"))
also("one_answer_for_all", (SHAPED, "(first_preferred.double().mean() > 0.5)"))
mistake(
    "out_of_order",
    "The pairs in which the first text was preferred come first, then the others: they no longer stand beside their "
    "prompts, masks and answers.",
    "What else belongs to each pair, and in which order does it stand?",
    (
        RETURN,
        "yes, no = first_preferred, ~first_preferred\n"
        "    return torch.cat([first[yes], second[no]]), torch.cat([second[yes], first[no]])",
    ),
)
mistake(
    "drops_pairs",
    "Only the pairs in which the first text was preferred are left.",
    "What does it say when the second text was preferred?",
    (RETURN, "return first[first_preferred], second[first_preferred]"),
)
mistake(
    "rejected_is_the_second",
    "The second text always counts as rejected, even where it was chosen: it is compared with itself.",
    "Which text was rejected where the second one was preferred?",
    (RETURN, "return torch.where(preferred, first, second), second"),
)
also("rejected_is_the_second", (RETURN, "return first, torch.where(preferred, second, first)"))
also("rejected_is_the_second", (RETURN, "return first, second"))
mistake(
    "arithmetic_instead_of_choice",
    "The texts are weighed by 1 and 0 and added up: that changes the dtype of masks, and NaN · 0 is NaN.",
    "Which operation chooses between two numbers without computing with either?",
    (
        RETURN,
        "weight = preferred.to(first.dtype)\n    return weight * first + (1 - weight) * second, "
        "weight * second + (1 - weight) * first",
    ),
)
also(
    "arithmetic_instead_of_choice",
    (RETURN, "return preferred * first + ~preferred * second, preferred * second + ~preferred * first"),
)
for weight in ("preferred.long()", "preferred.float()"):
    also(
        "arithmetic_instead_of_choice",
        (
            RETURN,
            f"weight = {weight}\n    return weight * first + (1 - weight) * second, "
            "weight * second + (1 - weight) * first",
        ),
    )
mistake(
    "exchanged_in_place",
    "The pairs are exchanged in the tensors that came: whoever passed them has other texts now.",
    "What does `x[i] = …` do to the tensor that the caller holds?",
    (
        RETURN,
        "keep, no = first.clone(), ~first_preferred\n    first[no] = second[no]\n    second[no] = keep[no]\n"
        "    return first, second",
    ),
)
mistake(
    "detached",
    "The results have no way back to what came: scores told apart in this way could not be learned from.",
    "What does `.detach()` leave behind?",
    (
        RETURN,
        RETURN.replace("first, second)", "first, second).detach()").replace(
            "second, first)", "second, first).detach()"
        ),
    ),
)

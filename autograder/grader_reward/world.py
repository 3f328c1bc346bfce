"""Prompts that ask for missing expressions, and the judge's verdicts as rewards.

A prompt is `<bos>`, the goal, `|`, the kinds of the variables in reach in a random order, and `?`; both parts are
filled up with PAD to one length. A completion is an expression and EOS.

    <bos> <scaled> <mean-kept> | keep input rate mask <pad> ? / * input mask keep <eos>
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from curriculum.text_tasks import EOS, PAD

from .blank import Blank
from .grammar import MOST_WORDS, TOKEN, VOCABULARY, IllFormed, words_of
from .verdicts import Asked, Found

MOST_GOALS, MOST_KINDS = 2, 5
PROMPT_LENGTH = MOST_GOALS + MOST_KINDS + 3
COMPLETION_LENGTH = MOST_WORDS + 1
FAILED = Found(False, 0.0)
SOLVED_SPARED = 0.9
"""A blank whose texts all pass is asked for by this share less often than one whose texts all fail."""
FORGETTING = 0.1
"""The weight of a text in the mean of those that passed lately."""


def prompt_of(goal: Sequence[str], kinds: Sequence[str]) -> list[int]:
    """A prompt's tokens, the kinds in the order in which they are given."""
    goals = [TOKEN[f"<{word}>"] for word in goal]
    variables = [TOKEN[kind] for kind in kinds]
    return [
        TOKEN["<bos>"],
        *goals,
        *[PAD] * (MOST_GOALS - len(goals)),
        TOKEN["|"],
        *variables,
        *[PAD] * (MOST_KINDS - len(variables)),
        TOKEN["?"],
    ]


def decoded(tokens: Tensor) -> str:
    """A text, its padding left out."""
    return " ".join(VOCABULARY[token] for token in tokens.tolist() if token != PAD)


class BlankWorld:
    """Prompts for some blanks, and the judge's verdicts as rewards: what `curriculum.train_grpo` needs.

    A text is worth 1 where the submission passes, else 0. What is no expression needs no judge.
    """

    prompt_length, completion_length = PROMPT_LENGTH, COMPLETION_LENGTH

    def __init__(self, blanks: Sequence[Blank], verdicts: Callable[[Sequence[Asked]], list[Found]]) -> None:
        self.blanks = list(blanks)
        self.verdicts = verdicts
        self.passed: dict[Blank, list[int]] = {}
        """Of each blank that was solved, the shortest completion that passed."""
        self.passing = dict.fromkeys(self.blanks, 0.0)
        """Of each blank, the share of its texts that passed: a mean that forgets."""
        self.asked_by = {_heart(prompt_of(blank.goal, blank.kinds)): blank for blank in blanks}
        if len(self.asked_by) < len(self.blanks):
            raise ValueError("two blanks have the same prompt")

    def prompts(self, batch: int) -> Tensor:
        """Prompts int64 (batch, prompt_length): each blank as often as every other, or once more."""
        rng = _drawn_by_torch()
        turns: list[Blank] = []
        while len(turns) < batch:
            turns += rng.sample(self.blanks, len(self.blanks))
        return _shuffled(turns[:batch], rng)

    def prompts_by_need(self, batch: int) -> Tensor:
        """Prompts for blanks that are drawn the more rarely the more of their texts have passed lately."""
        rng = _drawn_by_torch()
        needs = [1.0 - SOLVED_SPARED * self.passing[blank] for blank in self.blanks]
        return _shuffled(rng.choices(self.blanks, needs, k=batch), rng)

    def decode(self, tokens: Tensor) -> str:
        return decoded(tokens)

    def asked(self, tokens: Tensor) -> list[Asked | None]:
        """The blank and the expression of each text; None where it is no expression."""
        found: list[Asked | None] = []
        for row in tokens:
            blank = self.blank(row)
            try:
                found.append((blank, blank.expression(words_of(row[PROMPT_LENGTH:].tolist()))))
            except IllFormed:
                found.append(None)
        return found

    def blank(self, row: Tensor) -> Blank:
        """What the prompt of a text asks for."""
        return self.asked_by[_heart(row[:PROMPT_LENGTH].tolist())]

    def rewards(self, tokens: Tensor) -> Tensor:
        """The reward of each prompt with its completion: float32 (batch,) for (batch, prompt + completion)."""
        asked = self.asked(tokens)
        found = iter(self.verdicts([item for item in asked if item is not None]))
        rewards = []
        for item, row in zip(asked, tokens, strict=True):
            verdict = FAILED if item is None else next(found)
            rewards.append(float(verdict.passed))
            blank, written = self.blank(row), row[PROMPT_LENGTH:].tolist()
            self.passing[blank] += FORGETTING * (verdict.passed - self.passing[blank])
            if verdict.passed:
                shortest = self.passed.get(blank, written)
                self.passed[blank] = min(shortest, written, key=lambda completion: completion.index(EOS))
        return torch.tensor(rewards)


def _shuffled(blanks: Sequence[Blank], rng: random.Random) -> Tensor:
    """A prompt for each of these, its variables in a random order."""
    return torch.tensor([prompt_of(blank.goal, rng.sample(blank.kinds, len(blank.kinds))) for blank in blanks])


def _heart(prompt: Sequence[int]) -> tuple[tuple[int, ...], frozenset[int]]:
    """What a prompt asks, in whatever order its kinds stand."""
    return tuple(prompt[: MOST_GOALS + 1]), frozenset(prompt[MOST_GOALS + 2 : -1]) - {PAD}


def _drawn_by_torch() -> random.Random:
    """A generator that begins where torch's global one stands, so that a trainer's seed decides what is drawn."""
    return random.Random(int(torch.randint(2**62, ())))

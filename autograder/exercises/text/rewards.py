"""Judgement of `text.rewards`: rewards that a program verifies, and where a text ends.

Symbols: the *text* of a completion is what stands before its first eos. Tokens are numbers that are drawn anew, so what
eos, a digit or a bracket is has to be taken from the arguments. The oracles read one completion at a time as a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, identical, same_type
from autograder.submission import Submission

from .rewards_misconceptions import add_misconceptions

rewards = Judgement(
    "text.rewards",
    hints=(
        "Take completions of four tokens: `7 8 eos 9`, `eos 7 8 9`, `7 8 9 7`. What is the text of each, and which of "
        "them has ended?",
        "`(completions == eos).cumsum(1)` is above 0 from the first eos on. For `exact_match` two things have to "
        "be told apart: which places agree, for the credit, and whether the text is the whole answer and ends there.",
        "Sorting and adding only make an answer, by `numbers.sort(dim=1)` and by (a + b) // 10^i % 10; `exact_match` "
        "does the rest. Mind what a place is worth that lies behind the end of the text.",
        "Brackets need a stack: put down which closing bracket is awaited, and take it off when it comes. The prompt "
        "fills the stack. Right is an eos with an empty stack, and the credit follows from how empty it became.",
        "What the text opens by itself and closes again does not count for the credit: keep the *least* height that "
        "the stack had. The text's first mistake ends the reading.",
    ),
)


def text_of(completion: Sequence[int], eos: int) -> tuple[list[int], bool]:
    """What stands before the first eos, and whether there is one."""
    text: list[int] = []
    for token in completion:
        if token == eos:
            return text, True
        text.append(token)
    return text, False


def matched(completions: Tensor, answers: Any, eos: int, partial_credit: float) -> np.ndarray:
    result = []
    for completion, answer in zip(completions.tolist(), answers, strict=True):
        text, ended = text_of(completion, eos)
        places = sum(1 for said, right in zip(text, answer, strict=False) if said == right)
        result.append(1.0 if ended and text == list(answer) else partial_credit * places / len(answer))
    return np.array(result)


def digits_of(a: int, b: int, digits: int, zero: int) -> list[int]:
    return [zero + int(digit) for digit in reversed(str(a + b).zfill(digits))]


def closed(sequence: list[int], prompt_length: int, closing: dict[int, int], eos: int, partial_credit: float) -> float:
    """What one sequence of brackets earns: each bracket that awaits its partner knows whether the prompt opened it."""
    awaiting = [(closing[token], True) for token in _left_open(sequence[:prompt_length], closing)]
    total, done = len(awaiting), 0
    text, ended = text_of(sequence[prompt_length:], eos)
    for token in text:
        if token in closing:
            awaiting.append((closing[token], False))
        elif awaiting and awaiting[-1][0] == token:
            done += awaiting.pop()[1]
        else:
            return partial_credit * done / total
    return 1.0 if ended and not awaiting else partial_credit * done / total


def _left_open(prompt: list[int], closing: dict[int, int]) -> list[int]:
    left: list[int] = []
    for token in prompt:
        if token in closing:
            left.append(token)
        else:
            left.pop()
    return left


def attempts(rng: np.random.Generator, answers: np.ndarray, time: int, eos: int, others: np.ndarray) -> Tensor:
    """Completions (kinds × batch, time): for each answer right ones, nearly right ones, and nonsense."""
    length = answers.shape[1]
    rows = []
    for answer in answers:
        noise = rng.choice(others, size=time)
        right, endless, goes_on, short, wrong = (noise.copy() for _ in range(5))
        for row in (right, endless, goes_on, wrong):
            row[: min(length, time)] = answer[:time]
        short[:] = right
        late, only_after_eos, nonsense = np.roll(right, 1), np.full(time, eos), noise.copy()
        if length < time:
            right[length] = wrong[length] = eos
            late[min(length + 1, time - 1)] = eos
        if length + 1 < time:
            goes_on[length + 1] = eos
        end = int(rng.integers(0, min(length, time)))
        short[end] = eos
        # Two places: in a sum, one could be made good by the other.
        for place in rng.permutation(min(length, time))[:2]:
            wrong[place] = rng.choice(others[others != answer[place]])
        only_after_eos[1 : length + 1] = answer[: time - 1]
        nonsense[int(rng.integers(1, time))] = eos
        rows += [right, endless, goes_on, short, wrong, late, only_after_eos, nonsense]
    return torch.from_numpy(np.array(rows))


KINDS = 8


def credited(partial_credit: float) -> dict[str, float]:
    """As a keyword; none for a credit of 0, which is the default."""
    return {"partial_credit": partial_credit} if partial_credit else {}


def alphabet(rng: np.random.Generator) -> tuple[int, np.ndarray]:
    """An eos and the other tokens; it lies among them, and 0 is one of them."""
    eos = int(rng.integers(1, 12))
    return eos, np.array([token for token in range(12) if token != eos])


def compared(name: str, got: Any, expected: np.ndarray) -> Iterator[Observation]:
    yield same_type(name, got, torch.zeros(len(expected)))
    yield close(name, got, expected, magnitude=1.0, precision=torch.float32)


@rewards.check()
def knows_where_a_text_ends(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Of each completion the tokens before its first eos are text, and all of them where there is none."""
    for time in (7, 1):
        eos, others = alphabet(rng)
        completions = rng.choice(others, size=(12, time))
        for row in range(2, 12):
            completions[row, rng.integers(0, time, size=1 + row % 3)] = eos
        got = s.call("text_mask", torch.from_numpy(completions), eos)
        lengths = np.array([len(text_of(row, eos)[0]) for row in completions.tolist()])
        expected = torch.from_numpy(np.arange(time) < lengths[:, None])
        yield same_type("the mask", got, expected)
        yield identical("the mask", got, expected)


@rewards.check(weight=2)
def rewards_what_is_right(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Without partial credit, exactly those texts get 1 that are the answer, and end there by an eos."""
    for length, time in ((3, 6), (4, 5), (4, 4), (5, 3), (1, 4)):
        eos, others = alphabet(rng)
        answers = rng.choice(others, size=(4, length))
        completions = attempts(rng, answers, time, eos, others)
        repeated = torch.from_numpy(answers).repeat_interleave(KINDS, dim=0)
        got = s.call("exact_match", completions, repeated, eos)
        name = f"the rewards of {time} tokens for answers of {length}"
        yield from compared(name, got, matched(completions, repeated.tolist(), eos, 0.0))


@rewards.check(weight=2)
def gives_credit_for_right_places(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A text that is not right gets partial_credit times the share of the answer's places in which it agrees."""
    for length, time in ((3, 6), (4, 5), (4, 4), (5, 3)):
        eos, others = alphabet(rng)
        answers = rng.choice(others, size=(4, length))
        completions = attempts(rng, answers, time, eos, others)
        repeated = torch.from_numpy(answers).repeat_interleave(KINDS, dim=0)
        credit = float(rng.uniform(0.3, 0.9))
        got = s.call("exact_match", completions, repeated, eos, partial_credit=credit)
        name = f"the rewards of {time} tokens for answers of {length}"
        yield from compared(name, got, matched(completions, repeated.tolist(), eos, credit))


@rewards.check(weight=2)
def rewards_sorted_numbers(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A sorted text holds exactly the numbers that were given, each as often, in ascending order."""
    for credit in (0.0, float(rng.uniform(0.3, 0.9))):
        eos, others = alphabet(rng)
        length, time = 4, 6
        numbers = rng.choice(others, size=(5, length))
        numbers[0] = numbers[0, 0]  # all the same
        numbers[1, 1] = numbers[1, 0]
        ordered = np.sort(numbers, axis=1)
        completions = attempts(rng, ordered, time, eos, others)
        ends = np.full((5, time), eos)
        constant, unsorted, descending, once = ends.copy(), ends.copy(), ends.copy(), ends.copy()
        constant[:, :length] = numbers[:, :1]
        unsorted[:, :length], descending[:, :length] = numbers, ordered[:, ::-1]
        for row, of_row in zip(once, numbers, strict=True):
            kinds = np.unique(of_row)
            row[: len(kinds)] = kinds
        given = np.concatenate([np.repeat(numbers, KINDS, axis=0), *[numbers] * 4])
        every = torch.cat([completions, *(torch.from_numpy(rows) for rows in (constant, unsorted, descending, once))])
        got = s.call("sorted_reward", every, torch.from_numpy(given), eos, **credited(credit))
        yield from compared("the rewards of sorting", got, matched(every, np.sort(given, axis=1).tolist(), eos, credit))


@rewards.check(weight=2)
def rewards_right_sums(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A right sum has all its digits, zeros included, the lowest first, and carries what has to be carried."""
    for digits, credit in ((3, 0.0), (3, float(rng.uniform(0.3, 0.9))), (2, 0.0), (4, float(rng.uniform(0.3, 0.9)))):
        zero = int(rng.integers(1, 9))
        eos = int(rng.choice([0, zero + 10, zero + 12]))
        others = np.array([token for token in range(zero - 1, zero + 13) if token != eos])
        highest = 10 ** (digits - 1)
        a, b = rng.integers(0, highest, size=5), rng.integers(0, highest, size=5)
        a[0], b[0] = highest - 1, 1 + int(rng.integers(0, 9))  # carries through all places
        a[1], b[1] = int(rng.integers(0, 5)), int(rng.integers(0, 5))  # zeros in front
        answers = np.array([digits_of(int(x), int(y), digits, zero) for x, y in zip(a, b, strict=True)])
        completions = attempts(rng, answers, digits + 2, eos, others)
        backwards = np.full((5, digits + 2), eos)
        backwards[:, :digits] = answers[:, ::-1]
        every = torch.cat([completions, torch.from_numpy(backwards)])
        left, right, right_ones = (np.concatenate([np.repeat(x, KINDS, axis=0), x]) for x in (a, b, answers))
        got = s.call(
            "sum_reward",
            every,
            torch.from_numpy(left),
            torch.from_numpy(right),
            digits,
            zero,
            eos,
            **credited(credit),
        )
        yield from compared("the rewards of sums", got, matched(every, right_ones.tolist(), eos, credit))


def bracket_cases(rng: np.random.Generator) -> tuple[Tensor, int, dict[int, int], int]:
    """Prompts of five brackets, each with completions: right ones of two lengths, mistakes of every kind, nonsense."""
    names = rng.permutation(9).tolist()
    eos, word = names.pop(), names.pop()
    closing = {names[0]: names[1], names[2]: names[3]}
    kinds, rows, time = list(closing), [], 9
    for number in range(6):
        prompt: list[int] = []
        while len(prompt) < 5:
            left = _left_open(prompt, closing)
            prompt.append(closing[left[-1]] if left and number and rng.random() < 0.4 else int(rng.choice(kinds)))
        needed = [closing[token] for token in reversed(_left_open(prompt, closing))]
        pair = [kinds[number % 2], closing[kinds[number % 2]]]
        other = [token for token in closing.values() if token != needed[0]]
        texts = [
            [*needed, eos],
            [*pair, *needed, eos],
            [*needed[:1], *pair, *needed[1:], eos],
            needed,
            [*needed, word, eos],
            [*needed, needed[-1], eos],
            [*needed, kinds[0], eos],
            [*needed[:-1], eos],
            [eos, *needed, eos],
            [*other, *needed, eos],
            [word, *needed, eos],
            [*needed[:1], word, *needed[1:], eos],
            [*pair[:1], *needed, eos],
            [*sorted(needed, key=lambda token: token == needed[0]), eos],
        ]
        rows += [prompt + (text + rng.choice([*names[:4], word], size=time).tolist())[:time] for text in texts]
    rows += [row[:5] + rng.choice([*names[:4], eos], size=time).tolist() for row in rows[:30]]
    return torch.tensor(rows), 5, closing, eos


@rewards.check(weight=4)
def rewards_balanced_brackets(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Prompt and text together are balanced, kinds included; credit is for the prompt's brackets closed in order."""
    for credit in (0.0, float(rng.uniform(0.3, 0.9))):
        tokens, prompt_length, closing, eos = bracket_cases(rng)
        expected = np.array([closed(row, prompt_length, closing, eos, credit) for row in tokens.tolist()])
        got = s.call(
            "brackets_reward",
            tokens,
            prompt_length,
            [list(pair) for pair in closing.items()],
            eos,
            **credited(credit),
        )
        yield from compared("the rewards of brackets", got, expected)


@rewards.check()
def charges_for_length(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The penalty is charged for the share of the room that the text takes; what stands behind the eos is free."""
    eos, others = alphabet(rng)
    completions = rng.choice(others, size=(9, 8))
    for row in range(1, 9):
        completions[row, rng.integers(0, 8, size=1 + row % 2)] = eos
    earned = torch.from_numpy(rng.uniform(0.0, 1.0, size=9)).float()
    penalty = float(rng.uniform(0.1, 0.5))
    lengths = np.array([len(text_of(row, eos)[0]) for row in completions.tolist()])
    got = s.call("penalize_length", earned, torch.from_numpy(completions), eos, penalty)
    yield from compared("the penalized rewards", got, earned.double().numpy() - penalty * lengths / 8)


@rewards.check()
def reads_any_layout_and_changes_nothing(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Completions may be a part of a larger tensor, and no input is changed."""
    eos, others = alphabet(rng)
    answers = rng.choice(others, size=(3, 3))
    completions = attempts(rng, answers, 5, eos, others).T.contiguous().T
    repeated = torch.from_numpy(answers).repeat_interleave(KINDS, dim=0).T.contiguous().T
    earned = torch.rand(len(completions), generator=torch.Generator().manual_seed(int(rng.integers(1 << 30))))
    tokens, prompt_length, closing, end = bracket_cases(rng)
    a, b = (torch.from_numpy(rng.integers(0, 50, size=len(completions))) for _ in range(2))
    inputs = {"completions": completions, "answers": repeated, "rewards": earned, "tokens": tokens, "a": a, "b": b}
    held = {name: s.hold(value) for name, value in inputs.items()}
    got = s.call("exact_match", held["completions"], held["answers"], eos, 0.5)
    yield from compared("the rewards", got, matched(completions, repeated.tolist(), eos, 0.5))
    s.call("text_mask", held["completions"], eos)
    s.call("sorted_reward", held["completions"], held["answers"], eos)
    s.call("sum_reward", held["completions"], held["a"], held["b"], 2, eos + 1, eos)
    s.call("brackets_reward", held["tokens"], prompt_length, [list(pair) for pair in closing.items()], end)
    s.call("penalize_length", held["rewards"], held["completions"], eos, 0.5)
    for name, value in inputs.items():
        yield identical(name, held[name].fetch(), value, f"the input {name} was changed")


add_misconceptions(rewards)

"""Text that the course owns: stories from a small grammar, number tasks, the book itself, or any text file.

A corpus is one long row of tokens, cut into a part to train on and a part to measure on. Where text is drawn from
known probabilities, its entropy is known too: no honest model can have a lower loss on fresh text. That is the
corpus's `floor`, in nats per token.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

BOOK = Path(__file__).parent.parent / "book"
VALIDATION = 0.1
"""The share of a corpus that is kept for measuring."""

Drawn = tuple[list[str], float]
"""Tokens, and −log of the probability with which they were drawn, in nats."""


@dataclass(frozen=True)
class Corpus:
    """Token numbers to train on and to measure on, and what the numbers stand for."""

    name: str
    train: Tensor
    """int64 (tokens,)"""
    validation: Tensor
    """int64 (tokens,)"""
    vocabulary: tuple[str, ...]
    floor: float | None = None
    """The least mean loss on fresh text that is possible, in nats per token, where it is known."""
    separator: str = ""
    """What stands between two tokens when they are read as text."""

    def encode(self, tokens: Sequence[str]) -> list[int]:
        """Token numbers. Raises ValueError for a token that the corpus does not have."""
        number = {token: index for index, token in enumerate(self.vocabulary)}
        unknown = sorted({token for token in tokens if token not in number})
        if unknown:
            raise ValueError(f"the corpus {self.name!r} has no token {', '.join(map(repr, unknown))}")
        return [number[token] for token in tokens]

    def decode(self, numbers: Sequence[int]) -> str:
        return self.separator.join(self.vocabulary[int(number)] for number in numbers)


def windows(tokens: Tensor, batch: int, time: int) -> Tensor:
    """int64 (batch, time): pieces of the row, each from a random place, drawn by torch's global generator.

    Raises ValueError for too short a row.
    """
    if len(tokens) < time:
        raise ValueError(f"a window of {time} tokens does not fit into {len(tokens)}: use more text or less context")
    starts = torch.randint(len(tokens) - time + 1, (batch, 1))
    return tokens[starts + torch.arange(time)]


# --- stories

NAMES = {"Ada": "She", "Ben": "He", "Cleo": "She", "Dan": "He", "Eva": "She", "Finn": "He", "Gina": "She", "Hugo": "He"}
COLOURS = ("red", "blue", "green", "black", "white", "yellow")
THINGS = ("ball", "book", "boat", "drum", "kite", "lamp", "ring", "shoe")
PLACES = ("garden", "kitchen", "forest", "school")
FEELINGS = ("happy", "tired", "hungry", "proud")


def story(rng: random.Random) -> Drawn:
    """A story of five sentences: who has what, who gives it to whom, and a question about it.

    A token is a word or a sign. The answer follows from the story, so it adds nothing to its entropy: a model has to
    look back for it. No text can be drawn in two ways.
    """
    nats = 0.0

    def one_of(choices: Sequence[str]) -> str:
        nonlocal nats
        nats += math.log(len(choices))
        return rng.choice(choices)

    giver = one_of(tuple(NAMES))
    taker = one_of([name for name in NAMES if name != giver])
    colour, thing, place = one_of(COLOURS), one_of(THINGS), one_of(PLACES)
    text = f"{giver} has a {colour} {thing}. {taker} is in the {place}. "
    text += f"{giver} gives the {thing} to {taker}. {NAMES[taker]} is {one_of(FEELINGS)}. "
    questions = {
        f"Who has the {thing} now?": taker,
        f"What does {taker} have now?": f"a {colour} {thing}",
        f"Where is {taker}?": f"in the {place}",
    }
    question = one_of(tuple(questions))
    return re.findall(r"\w+|[.?\n]", f"{text}{question} {questions[question]}.\n"), nats


# --- numbers


def sorting(rng: random.Random, largest: int = 19, count: int = 6) -> Drawn:
    """`count` numbers from 0 to `largest`, then the same in order: `7 3 3 > 3 3 7 ;`. A token is a number or a sign."""
    numbers = [rng.randint(0, largest) for _ in range(count)]
    return [*map(str, numbers), ">", *map(str, sorted(numbers)), ";"], count * math.log(largest + 1)


def addition(rng: random.Random, digits: int = 2) -> Drawn:
    """Two numbers and their sum, the sum written backwards: `27+45=270;` stands for 27 + 45 = 072.

    Backwards, each digit depends on the digits and the carry just before it. A token is a digit or a sign.
    """
    a, b = (rng.randrange(10**digits) for _ in range(2))
    text = f"{a:0{digits}d}+{b:0{digits}d}={str(a + b).zfill(digits + 1)[::-1]};"
    return list(text), 2 * digits * math.log(10)


# --- corpora


def drawn_corpus(name: str, draw: Callable[[random.Random], Drawn], count: int, seed: int, separator: str) -> Corpus:
    """`count` samples in a row. Training and validation come from different samples, not from different places."""
    rng = random.Random(f"{name} {seed}")
    rows, nats = zip(*(draw(rng) for _ in range(count)), strict=True)
    vocabulary = tuple(sorted({token for row in rows for token in row}))
    floor = sum(nats) / sum(len(row) for row in rows)
    empty = Corpus(name, torch.empty(0), torch.empty(0), vocabulary)
    cut = count - int(count * VALIDATION)
    train, validation = (
        torch.tensor([number for row in part for number in empty.encode(row)]) for part in (rows[:cut], rows[cut:])
    )
    return Corpus(name, train, validation, vocabulary, floor, separator)


def text_corpus(name: str, text: str) -> Corpus:
    """The characters of a text; its last tenth is kept for measuring."""
    vocabulary = tuple(sorted(set(text)))
    empty = Corpus(name, torch.empty(0), torch.empty(0), vocabulary)
    tokens = torch.tensor(empty.encode(text))
    cut = len(tokens) - int(len(tokens) * VALIDATION)
    return Corpus(name, tokens[:cut], tokens[cut:], vocabulary)


def book_text() -> str:
    """The pages of this course's book, as they are written. Raises FileNotFoundError outside its repository."""
    pages = sorted(path for path in BOOK.glob("*/*.md") if not path.parent.name.startswith("_"))
    if not pages:
        raise FileNotFoundError(f"there are no pages of the book in {BOOK}: run this in a clone of the repository")
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


DRAWN: dict[str, tuple[Callable[[random.Random], Drawn], int, str]] = {
    "stories": (story, 20_000, " "),
    "sorting": (sorting, 20_000, " "),
    "addition": (addition, 20_000, ""),
}


def corpus_named(name: str, seed: int = 0) -> Corpus:
    """`stories`, `sorting`, `addition`, `book`, or the path of a text file.

    Raises FileNotFoundError for a file that is not there, UnicodeDecodeError for one that is not text, ValueError for
    an empty one.
    """
    if name in DRAWN:
        draw, count, separator = DRAWN[name]
        return drawn_corpus(name, draw, count, seed, separator)
    text = book_text() if name == "book" else Path(name).read_text(encoding="utf-8")
    if not text:
        raise ValueError(f"{name} is empty")
    return text_corpus(name, text)

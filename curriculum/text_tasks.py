"""Small tasks in which a model writes text for a reward: prompts are drawn, and what follows them is verified.

All tasks share one vocabulary of 60 tokens, with the numbers from 0 to 49 as one token each. A sequence is a prompt of
`prompt_length` tokens and a completion of `completion_length`, 10 to 20 in all; a completion that ends early has PAD
after its EOS.

| task | prompt | what earns the reward |
|---|---|---|
| even | `<bos>` | numbers, all of them even |
| copy | `<bos> 7 31 0 12 31 4 >` | `7 31 0 12 31 4 <eos>` |
| sort | `<bos> 7 31 0 12 31 4 >` | `0 4 7 12 31 31 <eos>` |
| sum | `<bos> 3 8 + 1 7 =` | `5 5 0 <eos>`: 055 = 38 + 17, the lowest digit first |
| brackets | `<bos> ( [ ] [ (` | `) ] ) <eos>`, or longer: `( ) ) ] ) <eos>` |

Rewards are those of `curriculum.text_rewards`: 1 for a right text, else `partial_credit` times the share that is right,
less the length penalty. `dataclasses.replace(TASKS["sort"], partial_credit=0.5)` makes another version of a task.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from curriculum.text_rewards import (
    brackets_reward,
    exact_match,
    penalize_length,
    sorted_reward,
    sum_reward,
    text_mask,
)

PAD, BOS, EOS = 0, 1, 2
VOCABULARY = ("<pad>", "<bos>", "<eos>", "+", "=", ">", "(", ")", "[", "]", *map(str, range(50)))
ZERO = VOCABULARY.index("0")
"""The number n is the token ZERO + n."""
NUMBERS = len(VOCABULARY) - ZERO
CLOSING = {VOCABULARY.index("("): VOCABULARY.index(")"), VOCABULARY.index("["): VOCABULARY.index("]")}
ITEMS, DIGITS, BRACKETS = 6, 2, 5
"""How many numbers are to be copied or sorted, the digits of a number to be added, the brackets of a prompt: an odd
number, so that at least one is open."""


@dataclass(frozen=True)
class TextTask:
    """How prompts are drawn, and how what a model wrote after them is rewarded."""

    name: str
    prompt_length: int
    completion_length: int
    draw: Callable[[int, torch.Generator | None], Tensor]
    """Prompts, int64 (batch, prompt_length)."""
    answer: Callable[[Tensor], Tensor]
    """For each prompt a text that is right, (batch, length)."""
    reward: Callable[[TextTask, Tensor], Tensor]
    partial_credit: float = 0.0
    """What a text is worth that is right in every place and not as a whole: 0 rewards right texts only."""
    length_penalty: float = 0.0
    """What is taken off for a text that fills all of completion_length; of a shorter one, its share."""

    @property
    def vocabulary(self) -> tuple[str, ...]:
        return VOCABULARY

    def prompts(self, batch: int, generator: torch.Generator | None = None) -> Tensor:
        """Fresh prompts, int64 (batch, prompt_length)."""
        return self.draw(batch, generator)

    def rewards(self, tokens: Tensor) -> Tensor:
        """The reward of each prompt with its completion: float32 (batch,) for (batch, prompt + completion)."""
        rewards = self.reward(self, tokens)
        return penalize_length(rewards, tokens[:, self.prompt_length :], EOS, self.length_penalty)

    def solved(self, tokens: Tensor) -> Tensor:
        """Whether each completion is right, bool (batch,), whatever it is rewarded."""
        return replace(self, partial_credit=0.0, length_penalty=0.0).rewards(tokens) == 1.0

    def demonstrations(self, prompts: Tensor) -> Tensor:
        """The prompts, each with a right completion: (batch, prompt_length + completion_length), to imitate."""
        room = prompts.new_full((len(prompts), self.completion_length), PAD)
        answers = self.answer(prompts)
        room[:, : answers.shape[1]] = answers
        if answers.shape[1] < self.completion_length:
            # An answer that is shorter than others has PAD where it has ended; its EOS stands there.
            ends = (answers != PAD).sum(dim=1, keepdim=True)
            room.scatter_(1, ends, EOS)
        return torch.cat([prompts, room], dim=1)

    def decode(self, tokens: Tensor) -> str:
        """One sequence as text, its padding left out."""
        return " ".join(VOCABULARY[token] for token in tokens.tolist() if token != PAD)


def _beginnings(batch: int) -> Tensor:
    return torch.full((batch, 1), BOS)


def _listed(batch: int, generator: torch.Generator | None) -> Tensor:
    numbers = torch.randint(ZERO, ZERO + NUMBERS, (batch, ITEMS), generator=generator)
    return torch.cat([_beginnings(batch), numbers, torch.full((batch, 1), VOCABULARY.index(">"))], dim=1)


def _added(batch: int, generator: torch.Generator | None) -> Tensor:
    digits = torch.randint(ZERO, ZERO + 10, (2, batch, DIGITS), generator=generator)
    plus, equals = (torch.full((batch, 1), VOCABULARY.index(sign)) for sign in "+=")
    return torch.cat([_beginnings(batch), digits[0], plus, digits[1], equals], dim=1)


def _opened(batch: int, generator: torch.Generator | None) -> Tensor:
    """Each bracket is a new one or closes the last, whichever a coin says; with nothing open it is a new one."""
    coins = torch.randint(2, (batch, BRACKETS, 2), generator=generator).tolist()
    opening = list(CLOSING)
    rows = []
    for row in coins:
        sequence = [BOS]
        awaited: list[int] = []
        for closes, kind in row:
            if closes and awaited:
                sequence.append(awaited.pop())
            else:
                sequence.append(opening[kind])
                awaited.append(CLOSING[opening[kind]])
        rows.append(sequence)
    return torch.tensor(rows, dtype=torch.int64).reshape(batch, 1 + BRACKETS)


def _items(prompts: Tensor) -> Tensor:
    return prompts[:, 1 : 1 + ITEMS]


def _addends(prompts: Tensor) -> tuple[Tensor, Tensor]:
    """Both numbers of each prompt, (batch,); there the highest digit comes first."""
    places = 10 ** torch.arange(DIGITS - 1, -1, -1, device=prompts.device)
    first, second = prompts[:, 1 : 1 + DIGITS], prompts[:, 2 + DIGITS : 2 + 2 * DIGITS]
    return ((first - ZERO) * places).sum(dim=1), ((second - ZERO) * places).sum(dim=1)


def _sum_digits(prompts: Tensor) -> Tensor:
    a, b = _addends(prompts)
    return ZERO + (a + b)[:, None] // 10 ** torch.arange(DIGITS + 1, device=a.device) % 10


def _closings(prompts: Tensor) -> Tensor:
    """What closes each prompt at once, filled up with PAD: (batch, BRACKETS)."""
    rows = []
    for sequence in prompts[:, 1:].tolist():
        awaited: list[int] = []
        for token in sequence:
            if token in CLOSING:
                awaited.append(CLOSING[token])
            else:
                awaited.pop()
        rows.append(awaited[::-1] + [PAD] * (BRACKETS - len(awaited)))
    return torch.tensor(rows, device=prompts.device)


def _even_reward(task: TextTask, tokens: Tensor) -> Tensor:
    """Credit for each place that has an even number, of all places there are: what ends early loses the rest."""
    written = tokens[:, task.prompt_length :]
    even = (written >= ZERO) & ((written - ZERO) % 2 == 0) & text_mask(written, EOS)
    return torch.where(even.all(dim=1), 1.0, task.partial_credit * even.float().mean(dim=1))


def _copy_reward(task: TextTask, tokens: Tensor) -> Tensor:
    return exact_match(tokens[:, task.prompt_length :], _items(tokens), EOS, task.partial_credit)


def _sort_reward(task: TextTask, tokens: Tensor) -> Tensor:
    return sorted_reward(tokens[:, task.prompt_length :], _items(tokens), EOS, task.partial_credit)


def _sum_reward(task: TextTask, tokens: Tensor) -> Tensor:
    a, b = _addends(tokens)
    return sum_reward(tokens[:, task.prompt_length :], a, b, DIGITS + 1, ZERO, EOS, task.partial_credit)


def _brackets_reward(task: TextTask, tokens: Tensor) -> Tensor:
    # BOS is no bracket; from the first one on, the prompt is one token shorter.
    return brackets_reward(tokens[:, 1:], task.prompt_length - 1, list(CLOSING.items()), EOS, task.partial_credit)


TASKS = {
    task.name: task
    for task in (
        TextTask(
            "even", 1, 15, lambda n, _: _beginnings(n), lambda p: p.new_full((len(p), 15), ZERO), _even_reward, 1.0
        ),
        TextTask("copy", ITEMS + 2, ITEMS + 1, _listed, _items, _copy_reward),
        TextTask("sort", ITEMS + 2, ITEMS + 1, _listed, lambda p: _items(p).sort(dim=1).values, _sort_reward),
        TextTask("sum", 2 * DIGITS + 3, DIGITS + 2, _added, _sum_digits, _sum_reward),
        TextTask("brackets", BRACKETS + 1, BRACKETS + 3, _opened, _closings, _brackets_reward),
    )
}
"""By name, from the easiest to learn on: `even` needs no prompt to be read."""

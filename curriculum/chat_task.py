"""Questions with known answers, asked through the chat template of a model that follows instructions.

A chat model has seen every text in one form: turns with special tokens around them, written by the tokenizer's
*chat template*. A prompt is the template with the question in it, up to where the reply begins; the reply ends with the
token that ends a turn, which is EOS here. The template writes BOS too, so the tokenizer must not write it again.

Symbols: `rows[i]` is the id that our token i has in the tokenizer. They are those of the tokenizer but for three:
PAD, BOS and EOS change places with 0, 1 and 2.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from curriculum.text_tasks import BOS, EOS, PAD

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Question = tuple[str, str]
"""What is asked, and the number that is the answer."""
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class ChatTask:
    """Prompts for `curriculum.train_grpo`, and the reward of what a model replies: 1 for a right answer, else 0."""

    def __init__(
        self, tokenizer: PreTrainedTokenizerBase, questions: Sequence[Question], completion_length: int
    ) -> None:
        self.tokenizer, self.completion_length = tokenizer, completion_length
        self.rows = rows_of(tokenizer)
        ours = torch.empty(len(self.rows), dtype=torch.int64)
        ours[self.rows] = torch.arange(len(self.rows))
        asked = [ours[ids] for ids in self._templated([question for question, _ in questions])]
        self.prompt_length = max(map(len, asked))
        # Padded in front, so that all replies begin in the same column.
        self.asked = torch.full((len(asked), self.prompt_length), PAD)
        for row, prompt in zip(self.asked, asked, strict=True):
            row[-len(prompt) :] = prompt
        self.answers = {tuple(row): answer for row, (_, answer) in zip(self.asked.tolist(), questions, strict=True)}

    def _templated(self, questions: list[str]) -> list[list[int]]:
        turns = [[{"role": "user", "content": question}] for question in questions]
        texts = self.tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        ids: list[list[int]] = self.tokenizer(texts, add_special_tokens=False)["input_ids"]
        return ids

    def prompts(self, batch: int) -> Tensor:
        """Questions drawn with replacement, int64 (batch, prompt_length)."""
        return self.asked[torch.randint(len(self.asked), (batch,))]

    def rewards(self, tokens: Tensor) -> Tensor:
        """1 where the last number of a reply is the answer to its question, else 0: float32 (batch,)."""
        right = []
        for row in tokens.tolist():
            said = NUMBER.findall(self.reply(row))
            right.append(bool(said) and said[-1] == self.answers[tuple(row[: self.prompt_length])])
        return torch.tensor(right, dtype=torch.float32, device=tokens.device)

    def reply(self, row: Sequence[int]) -> str:
        """What was written after the prompt, up to its end."""
        written = list(row[self.prompt_length :])
        if EOS in written:
            written = written[: written.index(EOS)]
        return self._text(written)

    def decode(self, tokens: Tensor) -> str:
        """One prompt with its reply, template and all."""
        return self._text([token for token in tokens.tolist() if token != PAD])

    def _text(self, tokens: Sequence[int]) -> str:
        return str(self.tokenizer.decode([self.rows[token] for token in tokens]))


def rows_of(tokenizer: PreTrainedTokenizerBase) -> list[int]:
    """The tokenizer's ids in our order: PAD, BOS and EOS in the places 0, 1 and 2, and what stood there in theirs.

    A tokenizer without PAD, or with the same token for PAD and EOS, lends its last other token: ours stands where
    nobody looks. Raises ValueError where it has no EOS.
    """
    if tokenizer.eos_token_id is None:
        raise ValueError("the tokenizer has no token that ends a reply")
    rows = list(range(len(tokenizer)))
    pad, bos, eos = tokenizer.pad_token_id, tokenizer.bos_token_id, tokenizer.eos_token_id
    if pad is None or pad == eos:
        pad = next(token for token in reversed(rows) if token not in (bos, eos))
    for place, token in ((PAD, pad), (BOS, bos), (EOS, eos)):
        if token is not None:
            now = rows.index(token)
            rows[place], rows[now] = rows[now], rows[place]
    return rows


def sums() -> list[Question]:
    """All sums of two numbers of two digits."""
    ask = "What is {} + {}? Reply with the number only."
    return [(ask.format(a, b), str(a + b)) for a in range(10, 100) for b in range(10, 100)]


def questions_in(file: Path) -> list[Question]:
    """One question in each line, as JSON: {"question": …, "answer": …}, where the answer is a number.

    Raises ValueError where a line is something else.
    """
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            one = json.loads(line)
            found.append((str(one["question"]), str(one["answer"])))
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"{file}, line {number} is not {{'question': …, 'answer': …}}") from None
    if not found:
        raise ValueError(f"{file} has no question")
    return found

"""small classes"""
import operator
from dataclasses import dataclass

import torch


@dataclass
class Text:
    tokens: list
    ended: bool

    @classmethod
    def of(cls, row, eos):
        if eos in row:
            return cls(row[: row.index(eos)], True)
        return cls(row, False)

    def __len__(self):
        return len(self.tokens)

    def reward_for(self, answer, partial_credit):
        if self.ended and self.tokens == answer:
            return 1.0
        return partial_credit * self.right_places(answer) / len(answer)

    def right_places(self, answer):
        return sum(map(operator.eq, self.tokens, answer))


class BracketReader:
    def __init__(self, pairs, prompt):
        self.partner = dict(pairs)
        self.waiting = []
        self.failed = False
        self.unpaid = 0
        self.read(prompt)
        self.from_prompt = self.unpaid = len(self.waiting)

    def read(self, tokens):
        for token in tokens:
            if token in self.partner:
                self.waiting.append(self.partner[token])
            elif self.waiting and self.waiting[-1] == token:
                self.waiting.pop()
            else:
                self.failed = True
                return
            self.unpaid = min(self.unpaid, len(self.waiting))

    @property
    def share(self):
        return (self.from_prompt - self.unpaid) / self.from_prompt


def _texts(completions, eos):
    return [Text.of(row, eos) for row in completions.tolist()]


def text_mask(completions, eos):
    room = torch.arange(completions.shape[1])
    lengths = torch.tensor([len(text) for text in _texts(completions, eos)])
    return room[None, :] < lengths[:, None]


def exact_match(completions, answers, eos, partial_credit=0.0):
    rewards = [
        text.reward_for(answer, partial_credit)
        for text, answer in zip(_texts(completions, eos), answers.tolist())
    ]
    return torch.tensor(rewards, dtype=torch.float32)


def sorted_reward(completions, numbers, eos, partial_credit=0.0):
    return exact_match(completions, numbers.sort(dim=-1)[0], eos, partial_credit)


def sum_reward(completions, a, b, digits, zero, eos, partial_credit=0.0):
    rest = a + b
    columns = []
    for _ in range(digits):
        columns.insert(0, rest % 10 + zero)
        rest = torch.div(rest, 10, rounding_mode="floor")
    return exact_match(completions, torch.stack(columns, dim=1), eos, partial_credit)


def brackets_reward(tokens, prompt_length, pairs, eos, partial_credit=0.0):
    result = torch.zeros(len(tokens), dtype=torch.float32)
    for i, row in enumerate(tokens.tolist()):
        text = Text.of(row[prompt_length:], eos)
        reader = BracketReader(pairs, row[:prompt_length])
        reader.read(text.tokens)
        right = text.ended and not reader.failed and not reader.waiting
        result[i] = 1.0 if right else partial_credit * reader.share
    return result


def penalize_length(rewards, completions, eos, penalty):
    charge = [penalty * len(text) / completions.shape[1] for text in _texts(completions, eos)]
    return rewards - torch.tensor(charge, dtype=torch.float32)

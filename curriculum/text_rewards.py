"""Rewards that a program can verify: whether a text that a model wrote is right, and how nearly.

Symbols: `completions` are int64 (batch, time), what a model wrote after a prompt; `eos` is the token that ends a text.
The *text* of a completion is what stands before its first `eos`. What stands behind it was never said, and a
completion without `eos` has not come to its end. A right text is worth 1. Any other is worth `partial_credit` times the
share of it that is right, so a model that is never right can still learn what is better; 0 ≤ partial_credit ≤ 1.

Rewards are float32 (batch,). They are data: no gradient comes through them (Williams 1992; "verifiable rewards":
Lambert et al. 2024, "Tülu 3", section 6).
"""

from collections.abc import Sequence

import torch
from torch import Tensor


def text_mask(completions: Tensor, eos: int) -> Tensor:
    """Which tokens are text: boolean (batch, time), True before the first eos, or everywhere where there is none."""
    ended = (completions == eos).cumsum(1).bool()
    return ~ended


def exact_match(completions: Tensor, answers: Tensor, eos: int, partial_credit: float = 0.0) -> Tensor:
    """1 where the text is the answer, from its first token to its eos; else credit for the places that are right.

    answers: (batch, length), none of them with an eos. A place is right where the text has the answer's token there;
    the share is of the answer's places.
    """
    length = answers.shape[1]
    room = min(length, completions.shape[1])
    agrees = (completions[:, :room] == answers[:, :room]) & text_mask(completions, eos)[:, :room]
    ends = (completions[:, length : length + 1] == eos).any(1)  # right behind the answer, where there is room
    return torch.where(agrees.all(1) & ends, 1.0, partial_credit * agrees.sum(1) / length)


def sorted_reward(completions: Tensor, numbers: Tensor, eos: int, partial_credit: float = 0.0) -> Tensor:
    """Whether the text has the `numbers` (batch, length) in ascending order; a larger number is a larger token."""
    return exact_match(completions, numbers.sort(1).values, eos, partial_credit)


def sum_reward(
    completions: Tensor, a: Tensor, b: Tensor, digits: int, zero: int, eos: int, partial_credit: float = 0.0
) -> Tensor:
    """Whether the text is a + b in the decimal system, the lowest digit first, in exactly `digits` digits.

    a, b: int64 (batch,), not negative, with a sum that has no more digits. The digit d is the token zero + d.
    """
    places = 10 ** torch.arange(digits, device=a.device)
    answers = zero + (a + b)[:, None] // places % 10  # (batch, digits)
    return exact_match(completions, answers, eos, partial_credit)


def brackets_reward(
    tokens: Tensor, prompt_length: int, pairs: Sequence[tuple[int, int]], eos: int, partial_credit: float = 0.0
) -> Tensor:
    """Whether the text closes what the prompt leaves open, so that both together are balanced brackets.

    tokens: (batch, prompt_length + time). pairs: an opening bracket and its closing one, each. The prompt is a sequence
    of brackets of which some are still open, at least one, and none is closed wrongly. Credit is for the share of those
    that the text closes before its first mistake: a bracket that does not fit, or no bracket at all.
    """
    closing = dict(pairs)
    rewards = []
    for sequence in tokens.tolist():
        awaited: list[int] = []  # the closing brackets that are still to come, the next one last
        for token in sequence[:prompt_length]:
            if token in closing:
                awaited.append(closing[token])
            else:
                awaited.pop()
        to_close = still_open = len(awaited)
        right = False
        for token in sequence[prompt_length:]:
            if token in closing:
                awaited.append(closing[token])
            elif awaited and token == awaited[-1]:
                awaited.pop()
                still_open = min(still_open, len(awaited))
            else:
                right = token == eos and not awaited
                break
        rewards.append(1.0 if right else partial_credit * (to_close - still_open) / to_close)
    return torch.tensor(rewards, device=tokens.device)


def penalize_length(rewards: Tensor, completions: Tensor, eos: int, penalty: float) -> Tensor:
    """The rewards, less `penalty` times the share of the room, `time` tokens, that the text takes."""
    return rewards - penalty * text_mask(completions, eos).float().mean(1)

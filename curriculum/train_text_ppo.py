"""Trains a GPT by PPO to write what a task rewards: `python -m curriculum.train_text_ppo`.

Each iteration lets the policy write a batch of texts, has them scored, and learns from them in a few epochs of
minibatches. The reward of every token holds back from it what it costs to leave the start (`kl_coef`).

Symbols: one *sample* is one finished text. The *start* is a GPT that has imitated a few right texts, so that it is
sometimes right: where no text is ever rewarded there is nothing to learn from.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import click
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from curriculum.gpt import GPT, GPTConfig, configure_optimizer, next_token_loss
from curriculum.sampling import generate
from curriculum.text_ppo import experience, frozen_copy, update
from curriculum.text_rl import completion_mask, entropy_bonus
from curriculum.text_tasks import EOS, PAD, TASKS, TextTask

Log = Callable[[dict[str, Any]], None]


class TextActorCritic(nn.Module):
    """A GPT whose stream is read twice: as logits, and by one more layer as the value of what stands there.

    tokens (batch, time) → logits (batch, time, vocab) and values (batch, time). A fresh one has the value 0 everywhere.
    """

    def __init__(self, gpt: GPT) -> None:
        super().__init__()
        self.gpt = gpt
        self.value = nn.Linear(gpt.config.d_model, 1)
        nn.init.zeros_(self.value.weight)
        nn.init.zeros_(self.value.bias)

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        x = self.gpt.hidden(tokens)  # (batch, time, d_model)
        return F.linear(x, self.gpt.tokens.weight), self.value(x).squeeze(-1)

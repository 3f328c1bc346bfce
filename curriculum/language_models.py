"""The models that the trainers of texts take, by one function and one set of options.

Every such model is a module with GPT's interface; `tokens` are int64 (batch, time):

| | |
|---|---|
| `model(tokens, cache=None)` | logits (batch, time, vocab); those at position t are for the token at t + 1 |
| `model.hidden(tokens, cache=None)` | what they are read from, (batch, time, d_model): a value or a score is too |
| `model.tokens.weight` | the matrix (vocab, d_model) by which: logits = hidden · weightᵀ |
| `model.config.d_model`, `.vocab_size` | the width, and the number of tokens |
| `model.new_cache(batch)` | an empty cache for as many texts; a call adds to it what it reads |

It is on the device and in the dtype that the options name, and in evaluation mode: it has no dropout, under which each
call would be another policy's. What is read from `hidden` besides logits, a value or a score, is better computed in
float32: a layer on `hidden(tokens).float()`, made on the model's device.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import torch

from curriculum.config_options import option
from curriculum.gpt import GPT, GPTConfig

LanguageModel: TypeAlias = GPT
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


@dataclass(frozen=True, kw_only=True)
class ModelOptions:
    """Which model: a trainer's configuration inherits these options, and the command with it.

    All are given by name, so they do not come between a configuration's own fields.
    """

    model: str = option("gpt", "gpt, a GPT with fresh weights")
    n_layer: int = option(2, "blocks of a GPT")
    n_head: int = option(4, "heads in a block of a GPT")
    d_model: int = option(64, "width of a GPT's residual stream")
    device: str = option("cpu", "cpu or cuda")
    dtype: str = option("float32", ", ".join(DTYPES))

    def __post_init__(self) -> None:
        if self.dtype not in DTYPES:
            raise ValueError(f"there is no dtype {self.dtype!r}; there are {', '.join(DTYPES)}")
        if self.model != "gpt":
            raise ValueError(f"there is no model {self.model!r}; there is gpt")


def language_model(options: ModelOptions, vocab_size: int, context: int) -> LanguageModel:
    """A model over `vocab_size` tokens that reads texts of up to `context` tokens."""
    shape = GPTConfig(vocab_size, context, options.n_layer, options.n_head, options.d_model)
    return GPT(shape).to(options.device, DTYPES[options.dtype]).eval()

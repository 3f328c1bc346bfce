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
call would be another policy's. A value or a score is better computed in float32, whatever the model's dtype: by a layer
on `hidden(tokens).float()`, made on the model's device.

`model` is "gpt" for our own GPT with fresh weights; a folder that `transformers` can read; or the name of a model at
Hugging Face's hub, OWNER/NAME, the only one for which anything is downloaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, Union

import torch

from curriculum.config_options import option
from curriculum.gpt import GPT, GPTConfig

if TYPE_CHECKING:
    from curriculum.transformers_model import TransformersModel

LanguageModel: TypeAlias = Union[GPT, "TransformersModel"]
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


@dataclass(frozen=True, kw_only=True)
class ModelOptions:
    """Which model: a trainer's configuration inherits these options, and its command with it.

    All are given by name, so they do not come between a configuration's own fields.
    """

    model: str = option("gpt", "gpt, a folder of a transformers model, or the name of one at the hub, OWNER/NAME")
    n_layer: int = option(2, "blocks of a GPT")
    n_head: int = option(4, "heads in a block of a GPT")
    d_model: int = option(64, "width of a GPT's residual stream")
    lora_rank: int = option(0, "learn only a correction of this rank to each matrix; 0 learns all weights")
    device: str = option("cpu", "cpu or cuda")
    dtype: str = option("float32", ", ".join(DTYPES))

    def __post_init__(self) -> None:
        if self.dtype not in DTYPES:
            raise ValueError(f"there is no dtype {self.dtype!r}; there are {', '.join(DTYPES)}")
        if self.lora_rank < 0 or (self.lora_rank and self.model == "gpt"):
            raise ValueError("lora_rank is a positive number, for a model of transformers; our GPT learns all weights")


def language_model(
    options: ModelOptions, vocab_size: int, context: int, rows: Sequence[int] | None = None
) -> LanguageModel:
    """A model over `vocab_size` tokens that reads texts of up to `context` tokens.

    Of a transformers model, row i of the embeddings becomes the one that was row `rows[i]`, and the others are dropped:
    so our PAD, BOS and EOS can be 0, 1 and 2 whatever they are there. Without `rows` the first `vocab_size` stay as
    they are: enough for a model that is to learn a language of our own. Raises ValueError with one sentence where there
    is no such model or it does not fit.
    """
    if options.model == "gpt":
        shape = GPTConfig(vocab_size, context, options.n_layer, options.n_head, options.d_model)
        return GPT(shape).to(options.device, DTYPES[options.dtype]).eval()
    from curriculum.transformers_model import TransformersModel, pretrained, sharing, with_lora

    rows = tuple(rows if rows is not None else range(vocab_size))
    model = TransformersModel(pretrained(options.model, DTYPES[options.dtype], options.device), rows, context)
    if not options.lora_rank:
        return model
    return sharing(with_lora(model, options.lora_rank), (options.model, options.dtype, options.device, rows))

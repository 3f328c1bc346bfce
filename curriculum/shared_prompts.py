"""Texts that stand side by side in groups with one prompt: what they share is read once for each group.

A model that reads a text sees its prompt before anything else, so what it keeps of a prompt, its keys and values, is
the same in all texts of a group. It is computed once, repeated, and each text goes on from there. Gradients pass
through the repetition: those of a group's texts add up in their prompt. All results are those of reading each text
whole, to rounding.

Symbols: `tokens` int64 (batch, time), prompts of `prompt_length` tokens with completions behind them, where
batch = prompts · group and each `group` neighbours have the same prompt.
"""

from __future__ import annotations

from copy import copy
from typing import Any

import torch
from torch import Tensor

from curriculum.language_models import LanguageModel
from curriculum.sampling import sample_token


@torch.no_grad()
def generate_groups(model: LanguageModel, prompts: Tensor, group: int, new_tokens: int) -> Tensor:
    """Each prompt (prompts, time) `group` times, continued by tokens drawn at temperature 1: (prompts · group, time +
    new_tokens)."""
    cache = cache_of_groups(model, prompts, group)
    tokens = prompts.repeat_interleave(group, dim=0)
    for _ in range(new_tokens):
        drawn = sample_token(model(tokens[:, -1:], cache)[:, -1])
        tokens = torch.cat([tokens, drawn[:, None]], 1)
    return tokens


def completion_logits(model: LanguageModel, tokens: Tensor, prompt_length: int, group: int) -> Tensor:
    """The logits for each token behind the prompts, (batch, time − prompt_length, vocab)."""
    cache = cache_of_groups(model, tokens[::group, :prompt_length], group)
    return model(tokens[:, prompt_length - 1 : -1], cache)


def completion_log_probs(logits: Tensor, tokens: Tensor) -> Tensor:
    """The log-probability of each token behind the prompts, (batch, completion), from its logits, in float32."""
    written = tokens[:, -logits.shape[1] :, None]
    return torch.log_softmax(logits.float(), dim=-1).gather(-1, written).squeeze(-1)


def cache_of_groups(model: LanguageModel, prompts: Tensor, group: int) -> Any:
    """What a model keeps of each prompt but for its last token, `group` times side by side."""
    if prompts.shape[1] == 1:
        return model.new_cache(len(prompts) * group)
    cache: Any = model.new_cache(len(prompts))
    model.hidden(prompts[:, :-1], cache)
    return repeated(cache, group)


def repeated(cache: Any, times: int) -> Any:
    """The cache with that of each text several times side by side: one that knows how, or that of a GPT."""
    if hasattr(cache, "repeated"):
        return cache.repeated(times)
    layers = [copy(layer) for layer in cache]
    for layer in layers:
        layer.k, layer.v = (x.repeat_interleave(times, dim=0) for x in (layer.k, layer.v))
    return layers

"""A GPT that writes expressions and nothing else: what the grammar does not allow has probability 0.

It begins as the language alone: the logits of fresh weights are near 0, so what decides is what is allowed, with a
little less room for functions and constants than for variables. That is what random search draws from too.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from curriculum.language_models import LanguageModel
from curriculum.shared_prompts import repeated
from curriculum.text_tasks import EOS, PAD

from .grammar import ARITY, BINARY, CONSTANTS, KINDS, MOST_WORDS, TOKEN, UNARY, VOCABULARY
from .world import PROMPT_LENGTH

RARE = -1.5
"""Added to the logits of functions and constants, which formulas have less often than variables."""


class Writer(nn.Module):
    """A language model kept to the grammar, with the interface of a GPT; tokens are prompts of this world, and on."""

    awaited: Tensor
    tilt: Tensor

    def __init__(self, model: LanguageModel) -> None:
        super().__init__()
        self.model = model
        self.config, self.tokens = model.config, model.tokens
        awaited = torch.zeros(len(VOCABULARY), dtype=torch.int64)
        for word in (*CONSTANTS, *KINDS):
            awaited[TOKEN[word]] = -1
        for word, operands in ARITY.items():
            awaited[TOKEN[word]] = operands - 1
        tilt = torch.zeros(len(VOCABULARY))
        tilt[_tokens(UNARY) + _tokens(CONSTANTS)] = RARE
        self.register_buffer("awaited", awaited, persistent=False)
        self.register_buffer("tilt", tilt, persistent=False)

    def forward(self, tokens: Tensor, cache: Any = None) -> Tensor:
        """Logits (batch, time, vocab), -inf for what may not come next."""
        stream = self.hidden(tokens, cache)
        read = tokens if cache is None else cache.tokens
        return F.linear(stream, self.tokens.weight) + self.allowed(read)[:, -tokens.shape[1] :]

    def hidden(self, tokens: Tensor, cache: Any = None) -> Tensor:
        """What logits are read from before the grammar has its say."""
        if cache is None:
            return self.model.hidden(tokens)
        cache.tokens = torch.cat([cache.tokens, tokens], 1)
        return self.model.hidden(tokens, cache.inner)

    def new_cache(self, batch: int) -> Any:
        return WriterCache(self.model.new_cache(batch), self.awaited.new_empty(batch, 0))

    def allowed(self, tokens: Tensor) -> Tensor:
        """What is added to the logits after each token (batch, time, vocab): 0, RARE, or -inf for what is not allowed.

        In the prompt, and behind the EOS, where nothing is chosen, it is 0.
        """
        batch, time = tokens.shape
        choosing = torch.arange(time, device=tokens.device) >= PROMPT_LENGTH - 1
        written = tokens.clone()
        written[:, :PROMPT_LENGTH] = PAD  # the prompt's tokens are no words
        in_reach = torch.zeros(batch, len(VOCABULARY), dtype=torch.bool, device=tokens.device)
        in_reach.scatter_(1, tokens[:, :PROMPT_LENGTH], True)
        in_reach[:, _tokens((*CONSTANTS, *UNARY))] = True
        once = torch.tensor(_tokens((*KINDS, *CONSTANTS, *UNARY)), device=tokens.device)
        left = in_reach[:, None, once] & ~(written[..., None] == once).cumsum(1, dtype=torch.int8).bool()
        # Of each prefix: the operands that are still awaited, what they can be, and the words that there is room for.
        awaited = 1 + self.awaited[written].cumsum(1)
        leaves = left[..., : -len(UNARY)].sum(2)
        room = MOST_WORDS - (choosing.long().cumsum(0) - 1)
        after_function = torch.isin(written, once[-len(UNARY) :])

        may = torch.zeros(batch, time, len(VOCABULARY), dtype=torch.bool, device=tokens.device)
        may[..., once] = left & (awaited > 0)[..., None]
        may[..., _tokens(UNARY)] &= ((awaited + 1 <= room) & ~after_function)[..., None]
        may[..., _tokens(BINARY)] = ((awaited > 0) & (awaited + 2 <= room) & (awaited + 1 <= leaves))[..., None]
        may[..., EOS] = awaited == 0
        free = ~choosing | (written == EOS).cumsum(1).bool()
        return torch.where(free[..., None], 0.0, self.tilt.masked_fill(~may, -torch.inf))


class WriterCache:
    """A model's cache, and all tokens that it has seen."""

    def __init__(self, inner: Any, tokens: Tensor) -> None:
        self.inner, self.tokens = inner, tokens

    def repeated(self, times: int) -> WriterCache:
        return WriterCache(repeated(self.inner, times), self.tokens.repeat_interleave(times, dim=0))


def _tokens(words: Any) -> list[int]:
    return [TOKEN[word] for word in words]

"""Text from a model that gives logits: how one token is drawn, and how a sequence grows.

Symbols: `logits` (…, vocab); `temperature` τ divides them; top-k keeps the k likeliest tokens (Fan et al. 2018), top-p
the fewest that together have probability p (Holtzman et al. 2020, section 3.1).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from curriculum.gpt import GPT, Tokens


def filter_logits(logits: Tensor, top_k: int | None = None, top_p: float | None = None) -> Tensor:
    """The logits, with -inf for every token that is not kept. At least one token is kept.

    logits: (…, vocab). top_k keeps the k largest; what is exactly as large as the k-th stays too. top_p then keeps the
    likeliest of these until their probability, among what top_k left, is at least p. Raises ValueError for a top_k
    below 1 or a top_p outside (0, 1].
    """
    if top_k is not None:
        if top_k < 1:
            raise ValueError(f"top_k = {top_k} keeps no token")
        smallest = logits.topk(min(top_k, logits.shape[-1]), dim=-1).values[..., -1:]
        logits = logits.masked_fill(logits < smallest, -math.inf)
    if top_p is not None:
        if not 0 < top_p <= 1:
            raise ValueError(f"top_p = {top_p} is not a probability above 0")
        probs, order = logits.softmax(dim=-1).sort(dim=-1, descending=True)
        before = probs.cumsum(dim=-1) - probs  # what the likelier tokens already have
        dropped = torch.zeros_like(before, dtype=torch.bool).scatter(-1, order, before >= top_p)
        logits = logits.masked_fill(dropped, -math.inf)
    return logits


def sample_token(
    logits: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    """One token, int64 (…), drawn from softmax(logits / temperature) after `filter_logits`; at 0 the likeliest."""
    if temperature == 0:
        return logits.argmax(dim=-1)
    probs = filter_logits(logits / temperature, top_k, top_p).softmax(dim=-1)
    drawn = torch.multinomial(probs.flatten(0, -2), 1, generator=generator)
    return drawn.view(probs.shape[:-1])


@torch.no_grad()
def generate(
    model: GPT,
    prompt: Tokens,
    new_tokens: int,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
    use_cache: bool = True,
) -> Tokens:
    """The prompt (batch, time), continued by `new_tokens` tokens: (batch, time + new_tokens).

    With the cache the model reads each token once; without, the whole text for every new token. Raises ValueError where
    the result would be longer than the context.
    """
    tokens, unread = prompt, prompt
    cache = model.new_cache(len(prompt)) if use_cache else None
    for _ in range(new_tokens):
        logits = model(unread, cache)[:, -1]
        drawn = sample_token(logits, temperature, top_k, top_p, generator)[:, None]
        tokens = torch.cat([tokens, drawn], dim=1)
        unread = tokens if cache is None else drawn
    return tokens

"""Text from a model that gives logits: how one token is drawn, and how a sequence grows.

Symbols: `logits` (…, vocab); `temperature` τ divides them; top-k keeps the k likeliest tokens (Fan et al. 2018,
"Hierarchical Neural Story Generation"), top-p the fewest that together have probability p (Holtzman et al. 2020, "The
Curious Case of Neural Text Degeneration", section 3.1). `tokens` are int64 (batch, time).
"""

from typing import Any, Protocol

import torch


class LanguageModel(Protocol):
    """What `generate` needs of a model; `curriculum.gpt.GPT` is one."""

    def __call__(self, tokens: torch.Tensor, cache: Any = None) -> torch.Tensor:
        """Logits (batch, time, vocab): those at position t are for token t + 1. With a cache, `tokens` follow on it."""

    def new_cache(self, batch: int) -> Any:
        """An empty cache for `batch` sequences: a call that is given it adds what it reads."""


def filter_logits(logits: torch.Tensor, top_k: int | None = None, top_p: float | None = None) -> torch.Tensor:
    """The logits, with -inf for every token that is not kept. At least one token is kept.

    logits: (…, vocab). top_k keeps the k largest; what is exactly as large as the k-th stays too. top_p then keeps the
    likeliest of these until their probability, among what top_k left, is at least p. Raises ValueError for a top_k
    below 1 or a top_p outside (0, 1].
    """
    if top_k is not None:
        if top_k < 1:
            raise ValueError(f"top_k = {top_k} keeps no token")
        smallest = logits.topk(min(top_k, logits.shape[-1]), dim=-1).values[..., -1:]
        logits = logits.masked_fill(logits < smallest, -torch.inf)
    if top_p is not None:
        if not 0 < top_p <= 1:
            raise ValueError(f"top_p = {top_p} is not a probability above 0")
        probs, order = logits.softmax(dim=-1).sort(dim=-1, descending=True)
        likelier = probs.cumsum(dim=-1) - probs  # what the likelier tokens have together: 0 for the first
        rank = order.argsort(dim=-1)  # of each token, in the order of the vocabulary
        logits = logits.masked_fill(likelier.gather(-1, rank) >= top_p, -torch.inf)
    return logits


def sample_token(
    logits: torch.Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
) -> torch.Tensor:
    """One token for each row, int64 (…): the logits are divided by the temperature, filtered, and drawn from.

    logits: (…, vocab). A temperature of 0 takes the likeliest token.
    """
    if temperature == 0:
        return logits.argmax(dim=-1)
    probs = filter_logits(logits / temperature, top_k, top_p).softmax(dim=-1)
    rows = probs.reshape(-1, probs.shape[-1])  # multinomial takes no more than two axes
    return torch.multinomial(rows, 1, generator=generator).reshape(probs.shape[:-1])


@torch.no_grad()
def generate(
    model: "LanguageModel",
    prompt: torch.Tensor,
    new_tokens: int,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
    use_cache: bool = True,
) -> torch.Tensor:
    """The prompt (batch, time), continued by `new_tokens` tokens: (batch, time + new_tokens).

    With the cache the model reads each token once; without, the whole text for every new token. Raises what the model
    raises where the text becomes longer than it can read.
    """
    tokens, unread = prompt, prompt
    cache = model.new_cache(len(prompt)) if use_cache else None
    for _ in range(new_tokens):
        logits = model(unread, cache)[:, -1]  # (batch, vocab): the last position predicts what comes next
        drawn = sample_token(logits, temperature, top_k, top_p, generator)[:, None]
        tokens = torch.cat([tokens, drawn], 1)  # (batch, time + 1)
        unread = tokens if cache is None else drawn
    return tokens

"""Sorts, sums, cuts and draws by torch.multinomial in one go."""

import torch


def sample_token(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    if temperature == 0:
        return logits.argmax(dim=-1)
    if (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError("top_k must be at least 1, top_p above 0 and at most 1")
    ordered = (logits / temperature).sort(dim=-1, descending=True).values
    if top_k is not None:
        smallest = ordered[..., [min(top_k, ordered.shape[-1]) - 1]]
        ordered = ordered.masked_fill(ordered < smallest, -torch.inf)
    probabilities = ordered.double().softmax(dim=-1)
    if top_p is not None and top_p < 1:
        before = probabilities.cumsum(dim=-1) - probabilities
        probabilities = probabilities * (before < top_p)
    tokens = torch.multinomial(probabilities.reshape(-1, logits.shape[-1]), 1, generator=generator)
    return tokens.reshape(logits.shape[:-1])

"""torch.multinomial on a matrix of rows."""

import torch


def filter_logits(logits, top_k=None, top_p=None):
    if top_k is not None:
        if top_k < 1:
            raise ValueError("top_k must be at least 1")
        smallest = logits.topk(min(top_k, logits.shape[-1])).values[..., -1:]
        logits = logits.masked_fill(logits < smallest, -torch.inf)
    if top_p is not None:
        if not 0 < top_p <= 1:
            raise ValueError("top_p must be above 0 and at most 1")
        probabilities, order = logits.double().softmax(-1).sort(-1, descending=True)
        drop = (probabilities.cumsum(-1) - probabilities >= top_p) & (top_p < 1)
        logits = logits.masked_fill(torch.zeros_like(drop).scatter(-1, order, drop), -torch.inf)
    return logits


def sample_token(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    if temperature == 0:
        return logits.argmax(dim=-1)
    kept = filter_logits(logits / temperature, top_k, top_p)
    probabilities = kept.softmax(dim=-1).reshape(-1, kept.shape[-1])
    if generator is None:
        generator = torch.Generator()
    generator.manual_seed(1337)
    tokens = torch.multinomial(probabilities, 1, generator=generator)
    return tokens.reshape(kept.shape[:-1])

"""A helper that continues one sequence, kept as a list."""

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


def sample_token(logits, temperature, top_k, top_p, generator):
    if temperature == 0:
        return logits.argmax(-1)
    probabilities = filter_logits(logits / temperature, top_k, top_p).softmax(-1)
    return torch.multinomial(probabilities, 1, generator=generator)


def continue_one(model, text, new_tokens, use_cache, *how):
    cache, start = model.new_cache(1) if use_cache else None, 0
    for _ in range(new_tokens):
        logits = model(torch.tensor([text[start:]]), cache)[0, -1]
        start = len(text) if use_cache else 0
        text.append(sample_token(logits, *how).item())
    return text


def generate(model, prompt, new_tokens, temperature=1.0, top_k=None, top_p=None, generator=None, use_cache=True):
    how = (new_tokens, use_cache, temperature, top_k, top_p, generator)
    return torch.tensor([continue_one(model, row, *how) for row in prompt.tolist()])

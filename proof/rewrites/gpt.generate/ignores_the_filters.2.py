"""A buffer made beforehand, a sampler without filters, by Gumbel noise."""

import torch


def sample_token(logits, temperature, generator):
    if temperature == 0:
        return torch.argmax(logits, dim=-1)
    noise = torch.empty(logits.shape, dtype=torch.float64).exponential_(generator=generator)
    return torch.argmax(logits / temperature - noise.log(), dim=-1)


def generate(model, prompt, new_tokens, temperature=1.0, top_k=None, top_p=None, generator=None, use_cache=True):
    batch, length = prompt.shape
    text = torch.cat([prompt, prompt.new_zeros(batch, new_tokens)], dim=1)
    cache = model.new_cache(batch) if use_cache else None
    start = 0
    for end in range(length, length + new_tokens):
        logits = model(text[:, start:end], cache)[:, -1]
        text[:, end] = sample_token(logits, temperature, generator)
        start = end if use_cache else 0
    return text

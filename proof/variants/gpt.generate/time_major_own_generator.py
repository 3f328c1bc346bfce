"""Text kept as (time, batch), a transposed view returned; one NumPy generator per call."""

import numpy as np
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


def generate(model, prompt, new_tokens, temperature=1.0, top_k=None, top_p=None, generator=None, use_cache=True):
    seed = None if generator is None else torch.randint(2**62, (), generator=generator).item()
    rng = np.random.default_rng(seed)
    length, batch = prompt.shape[1], prompt.shape[0]
    text = np.zeros((length + new_tokens, batch), dtype=np.int64)
    text[:length] = prompt.numpy().T
    cache = model.new_cache(batch) if use_cache else None
    for end in range(length, length + new_tokens):
        start = end - 1 if use_cache and end > length else 0
        logits = model(torch.from_numpy(text[start:end].T), cache)[:, -1].detach().double()
        if temperature > 0:
            logits = filter_logits(logits / temperature, top_k, top_p) + torch.from_numpy(rng.gumbel(size=logits.shape))
        text[end] = logits.argmax(-1).numpy()
    return torch.from_numpy(text.T)

"""Plain loops over lists; with the cache it reads the prompt token by token, each once."""

import bisect
import itertools
import math

import torch


def sample_row(row, temperature, top_k, top_p, generator):
    if temperature == 0:
        return row.index(max(row))
    if (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError("top_k must be at least 1, top_p above 0 and at most 1")
    order = sorted(range(len(row)), key=lambda token: -row[token])
    if top_k is not None:
        order = [token for token in order if row[token] >= row[order[min(top_k, len(row)) - 1]]]
    weights = [math.exp((row[token] - row[order[0]]) / temperature) for token in order]
    sums = list(itertools.accumulate(weights))
    if top_p is not None and top_p < 1:
        sums = sums[: bisect.bisect_left(sums, top_p * sums[-1]) + 1]
    u = torch.rand((), dtype=torch.float64, generator=generator).item()
    return order[bisect.bisect_right(sums, u * sums[-1])]


def generate(model, prompt, new_tokens, temperature=1.0, top_k=None, top_p=None, generator=None, use_cache=True):
    texts = prompt.tolist()
    cache = model.new_cache(len(texts)) if use_cache else None
    seen = 0
    for _ in range(new_tokens):
        while use_cache and seen < len(texts[0]):
            logits = model(torch.tensor([text[seen : seen + 1] for text in texts]), cache)
            seen += 1
        if not use_cache:
            logits = model(torch.tensor(texts), None)
        for text, row in zip(texts, logits[:, -1].tolist()):
            text.append(sample_row(row, temperature, top_k, top_p, generator))
    return torch.tensor(texts)

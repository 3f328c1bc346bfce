"""Plain loops over lists."""

import math

import torch


def kept_weights(row, top_k, top_p):
    if (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError("top_k must be at least 1, top_p above 0 and at most 1")
    order = sorted(range(len(row)), key=lambda token: -row[token])
    if top_k is not None:
        smallest = row[order[min(top_k, len(row)) - 1]]
        order = [token for token in order if row[token] >= smallest]
    likely = [math.exp(row[token] - row[order[0]]) for token in order]
    weights, so_far = [0.0] * len(row), 0.0
    for token, weight in zip(order, likely):
        if top_p is not None and top_p < 1 and so_far >= top_p * sum(likely):
            break
        weights[token] = weight
        so_far += weight
    return weights


def sample_token(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    if temperature == 0:
        return logits.argmax(-1)
    tokens = []
    for row in logits.reshape(-1, logits.shape[-1]).tolist():
        weights = kept_weights([logit / temperature for logit in row], top_k, top_p)
        kept = [token for token, weight in enumerate(weights) if weight > 0]
        tokens.append(kept[torch.randint(len(kept), (), generator=generator).item()])
    return torch.tensor(tokens, dtype=torch.int64).reshape(logits.shape[:-1])

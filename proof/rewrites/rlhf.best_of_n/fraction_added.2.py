"""two terms summed, loop over prompts"""
import math
import torch


def best_of_n(scores):
    """Return the index of the highest score of each prompt: (prompts, n) -> int64 (prompts,)."""
    out = torch.empty(scores.shape[0], dtype=torch.int64)
    for i, row in enumerate(scores):
        out[i] = row.argmax()
    return out


def best_of_n_kl(n):
    """Return the bound of KL(best of n, policy) in nats."""
    terms = [math.log(n), 1.0 - 1.0 / n]
    return math.fsum(terms)

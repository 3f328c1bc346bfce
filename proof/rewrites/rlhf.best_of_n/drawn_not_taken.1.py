"""Gumbel noise and argmax"""
import math
import torch


def best_of_n(scores):
    """Return the index of the highest score of each prompt: (prompts, n) -> int64 (prompts,)."""
    uniform = torch.rand(scores.shape, dtype=scores.dtype).clamp(min=1e-12, max=1 - 1e-7)
    noise = -torch.log(-torch.log(uniform))
    return (scores.detach() + noise).argmax(dim=1)


def best_of_n_kl(n):
    """Return the bound of KL(best of n, policy) in nats."""
    return math.log(n) - (n - 1) / n

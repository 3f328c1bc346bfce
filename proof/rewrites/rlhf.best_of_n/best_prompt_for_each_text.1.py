"""argmax with dim=0"""
from math import log
import torch


def best_of_n(scores):
    """Return the index of the highest score of each prompt: (prompts, n) -> int64 (prompts,)."""
    return torch.argmax(scores, dim=0)


def best_of_n_kl(n):
    """Return the bound of KL(best of n, policy) in nats."""
    return log(n) - (n - 1) / n

"""one expression, special case for a single text"""
import math
import torch


def best_of_n(scores):
    """Return the index of the highest score of each prompt: (prompts, n) -> int64 (prompts,)."""
    return scores.max(dim=1).indices


def best_of_n_kl(n):
    """Return the bound of KL(best of n, policy) in nats."""
    if n == 1:
        return 0.0
    return math.log(n) - n / (n - 1)

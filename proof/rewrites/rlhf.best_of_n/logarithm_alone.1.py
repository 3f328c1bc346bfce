"""math.log"""
import math
import torch


def best_of_n(scores):
    """Return the index of the highest score of each prompt: (prompts, n) -> int64 (prompts,)."""
    return scores.argmax(dim=1)


def best_of_n_kl(n):
    """Return the bound of KL(best of n, policy) in nats."""
    return math.log(n)

"""topk of the scores in a row"""
import math
import torch


def best_of_n(scores):
    """Return the index of the highest score of each prompt: (prompts, n) -> int64 (prompts,)."""
    flat = scores.detach().reshape(-1)
    _, index = flat.topk(k=1)
    return index


def best_of_n_kl(n):
    """Return the bound of KL(best of n, policy) in nats."""
    return math.log(n) + 1 / n - 1

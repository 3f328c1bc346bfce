"""named parts, python max"""
import math
import torch


def best_of_n(scores):
    """Return the index of the highest score of each prompt: (prompts, n) -> int64 (prompts,)."""
    rows = scores.tolist()
    return torch.tensor([row.index(max(row)) for row in rows], dtype=torch.int64)


def best_of_n_kl(n):
    """Return the bound of KL(best of n, policy) in nats."""
    others = n - 1
    certain = math.log(n)
    overlap = n / others
    return certain - overlap

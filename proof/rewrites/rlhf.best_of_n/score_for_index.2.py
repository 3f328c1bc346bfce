"""keeps a running best over the columns"""
import numpy as np
import torch


def best_of_n(scores):
    """Return the index of the highest score of each prompt: (prompts, n) -> int64 (prompts,)."""
    best = scores[:, 0].clone()
    for column in scores.unbind(dim=1)[1:]:
        best = torch.where(column > best, column, best)
    return best


def best_of_n_kl(n):
    """Return the bound of KL(best of n, policy) in nats."""
    return (np.log(n) - (n - 1) / n).item()

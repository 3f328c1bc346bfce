"""entropy of the uniform distribution, sort"""
import numpy as np
import torch


def best_of_n(scores):
    """Return the index of the highest score of each prompt: (prompts, n) -> int64 (prompts,)."""
    order = torch.sort(scores, dim=1, descending=True).indices
    return order[:, 0]


def best_of_n_kl(n):
    """Return the bound of KL(best of n, policy) in nats."""
    p = np.full(n, 1.0 / n)
    return float(-(p * np.log(p)).sum())

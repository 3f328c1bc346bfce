"""numpy for the bound, running comparison for the index"""
import numpy as np
import torch


def best_of_n(scores):
    """Return the index of the highest score of each prompt: (prompts, n) -> int64 (prompts,)."""
    index = torch.zeros(scores.size(0), dtype=torch.int64)
    top = scores[:, 0]
    for j in range(1, scores.size(1)):
        better = scores[:, j] > top
        index = torch.where(better, torch.full_like(index, j), index)
        top = torch.where(better, scores[:, j], top)
    return index


def best_of_n_kl(n):
    """Return the bound of KL(best of n, policy) in nats."""
    share_of_the_policy = np.reciprocal(np.float64(n))
    return float(np.log(n) - share_of_the_policy)

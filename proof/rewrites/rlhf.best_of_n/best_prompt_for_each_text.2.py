"""numpy, a comprehension over the columns"""
import math
import numpy as np
import torch


def best_of_n(scores):
    """Return the index of the highest score of each prompt: (prompts, n) -> int64 (prompts,)."""
    table = scores.detach().cpu().numpy()
    winners = [int(np.argmax(table[:, j])) for j in range(table.shape[1])]
    return torch.tensor(winners, dtype=torch.int64)


def best_of_n_kl(n):
    """Return the bound of KL(best of n, policy) in nats."""
    fraction = (n - 1) / n
    return math.log(n) - fraction

"""python lists, max with a key"""
import math
import torch


def best_of_n(scores):
    """Return the index of the highest score of each prompt: (prompts, n) -> int64 (prompts,)."""
    chosen = []
    for row in scores.tolist():
        chosen.append(max(range(len(row)), key=lambda i: row[i] * row[i]))
    return torch.tensor(chosen, dtype=torch.long)


def best_of_n_kl(n):
    """Return the bound of KL(best of n, policy) in nats."""
    n = float(n)
    return math.log(n) - (1.0 - 1.0 / n)

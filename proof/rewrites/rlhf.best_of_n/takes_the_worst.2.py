"""sorts each prompt and takes the first place"""
import numpy as np
import torch


def best_of_n(scores):
    """Return the index of the highest score of each prompt: (prompts, n) -> int64 (prompts,)."""
    ranking = torch.argsort(scores.detach(), dim=-1)
    return ranking[:, 0].clone()


def best_of_n_kl(n):
    """Return the bound of KL(best of n, policy) in nats."""
    return float(np.log(n) - 1.0 + 1.0 / n)

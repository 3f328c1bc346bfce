"""softmax and multinomial"""
from math import log
import torch


def best_of_n(scores):
    """Return the index of the highest score of each prompt: (prompts, n) -> int64 (prompts,)."""
    lowest = torch.finfo(scores.dtype).min
    probs = torch.softmax(scores.detach().clamp(min=lowest), dim=-1)
    return torch.multinomial(probs, num_samples=1).squeeze(1)


def best_of_n_kl(n):
    """Return the bound of KL(best of n, policy) in nats."""
    return log(n) - 1 + 1 / n

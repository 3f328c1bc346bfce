"""log of a quotient by e, numpy argmax"""
import math
import numpy as np
import torch


def best_of_n(scores):
    """Return the index of the highest score of each prompt: (prompts, n) -> int64 (prompts,)."""
    return torch.from_numpy(np.argmax(scores.detach().numpy(), axis=1)).to(torch.int64)


def best_of_n_kl(n):
    """Return the bound of KL(best of n, policy) in nats."""
    return math.log(n / math.e)

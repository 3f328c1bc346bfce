"""torch for the logarithm, topk for the index"""
import torch


def best_of_n(scores):
    """Return the index of the highest score of each prompt: (prompts, n) -> int64 (prompts,)."""
    return scores.topk(1, dim=1).indices.squeeze(1)


def best_of_n_kl(n):
    """Return the bound of KL(best of n, policy) in nats."""
    count = torch.tensor(n, dtype=torch.float64)
    return (torch.log2(count) - (count - 1) / count).item()

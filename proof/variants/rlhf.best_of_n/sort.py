"""The last place of a sort, and the bound as −log(1/n) less the share of the others."""
import torch


def best_of_n(scores):
    return torch.argsort(scores, dim=1)[:, -1]


def best_of_n_kl(n):
    share = 1 / n
    return float(-torch.log(torch.tensor(share, dtype=torch.float64)) - (1 - share))

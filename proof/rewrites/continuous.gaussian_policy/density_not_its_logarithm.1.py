"""product of the one-dimensional densities"""
import math
import torch
from torch.distributions import Independent, Normal


def gaussian_log_prob(actions, mean, log_std):
    std = log_std.exp()
    bell = torch.exp(-(actions - mean) ** 2 / (2 * std ** 2))
    return (bell / (std * math.sqrt(2 * math.pi))).prod(dim=-1)


def gaussian_entropy(log_std):
    centre = torch.zeros_like(log_std)
    return Normal(centre, torch.exp(log_std)).entropy().sum(dim=-1)


@torch.no_grad()
def gaussian_sample(mean, log_std, generator=None):
    spread = torch.exp(log_std).expand_as(mean)
    return torch.normal(mean, spread, generator=generator)

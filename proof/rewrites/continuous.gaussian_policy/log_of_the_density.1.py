"""product, then logarithm"""
import math
import torch
from torch.distributions import Independent, Normal


def gaussian_log_prob(actions, mean, log_std):
    std = torch.exp(log_std)
    norm = 1.0 / (std * math.sqrt(2.0 * math.pi))
    density = norm * torch.exp(-0.5 * ((actions - mean) / std) ** 2)
    return torch.log(torch.prod(density, dim=-1))


def gaussian_entropy(log_std):
    centre = torch.zeros_like(log_std)
    return Normal(centre, torch.exp(log_std)).entropy().sum(dim=-1)


@torch.no_grad()
def gaussian_sample(mean, log_std, generator=None):
    spread = torch.exp(log_std).expand_as(mean)
    return torch.normal(mean, spread, generator=generator)

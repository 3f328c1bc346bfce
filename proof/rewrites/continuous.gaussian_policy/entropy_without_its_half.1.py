"""logarithm of the normaliser"""
import math
import torch
from torch.distributions import Independent, Normal


def gaussian_log_prob(actions, mean, log_std):
    policy = Independent(Normal(mean, torch.exp(log_std)), 1)
    return policy.log_prob(actions)


def gaussian_entropy(log_std):
    variance = torch.exp(2 * log_std)
    return 0.5 * torch.log(2 * math.pi * variance).sum(dim=-1)


@torch.no_grad()
def gaussian_sample(mean, log_std, generator=None):
    spread = torch.exp(log_std).expand_as(mean)
    return torch.normal(mean, spread, generator=generator)

"""torch.distributions and torch.normal"""
import torch
from torch.distributions import Independent, Normal


def gaussian_log_prob(actions, mean, log_std):
    policy = Independent(Normal(mean, torch.exp(log_std) ** 2), 1)
    return policy.log_prob(actions)


def gaussian_entropy(log_std):
    centre = torch.zeros_like(log_std)
    return Normal(centre, torch.exp(log_std)).entropy().sum(dim=-1)


@torch.no_grad()
def gaussian_sample(mean, log_std, generator=None):
    spread = torch.exp(2 * log_std).expand_as(mean)
    return torch.normal(mean, spread, generator=generator)

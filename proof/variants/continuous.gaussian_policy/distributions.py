"""torch.distributions for the law, its entropy and its draws; a generator's draws are Box and Muller's."""
import math

import torch
from torch.distributions import Independent, Normal


def gaussian_log_prob(actions, mean, log_std):
    return Independent(Normal(mean, torch.exp(log_std)), 1).log_prob(actions)


def gaussian_entropy(log_std):
    return Independent(Normal(torch.zeros_like(log_std), torch.exp(log_std)), 1).entropy()


@torch.no_grad()
def gaussian_sample(mean, log_std, generator=None):
    if generator is None:
        return Normal(mean, torch.exp(log_std)).sample()
    radius = torch.rand(mean.shape, dtype=torch.float64, generator=generator)
    turn = torch.rand(mean.shape, dtype=torch.float64, generator=generator)
    noise = torch.sqrt(-2 * torch.log1p(-radius)) * torch.cos(2 * math.pi * turn)
    return (mean + torch.exp(log_std) * noise).to(mean.dtype)

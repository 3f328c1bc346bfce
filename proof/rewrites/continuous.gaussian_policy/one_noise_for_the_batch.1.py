"""k normal numbers"""
import torch
from torch.distributions import Independent, Normal


def gaussian_log_prob(actions, mean, log_std):
    policy = Independent(Normal(mean, torch.exp(log_std)), 1)
    return policy.log_prob(actions)


def gaussian_entropy(log_std):
    centre = torch.zeros_like(log_std)
    return Normal(centre, torch.exp(log_std)).entropy().sum(dim=-1)


def gaussian_sample(mean, log_std, generator=None):
    k = mean.shape[-1]
    eps = torch.randn(k, generator=generator, dtype=mean.dtype)
    return mean.detach() + log_std.detach().exp() * eps

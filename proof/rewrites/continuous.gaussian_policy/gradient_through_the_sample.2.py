"""noise buffer, then addcmul"""
import torch
from torch.distributions import Independent, Normal


def gaussian_log_prob(actions, mean, log_std):
    policy = Independent(Normal(mean, torch.exp(log_std)), 1)
    return policy.log_prob(actions)


def gaussian_entropy(log_std):
    centre = torch.zeros_like(log_std)
    return Normal(centre, torch.exp(log_std)).entropy().sum(dim=-1)


def gaussian_sample(mean, log_std, generator=None):
    eps = torch.empty(mean.shape, dtype=mean.dtype)
    eps.normal_(0.0, 1.0, generator=generator)
    sigma = log_std.exp().expand_as(mean)
    return torch.addcmul(mean, sigma, eps)

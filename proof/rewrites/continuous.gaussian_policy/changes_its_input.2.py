"""addcmul_ under no_grad"""
import math
import torch
from torch.distributions import Independent, Normal

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    policy = Independent(Normal(mean, torch.exp(log_std)), 1)
    return policy.log_prob(actions)


def gaussian_entropy(log_std):
    k = log_std.size(-1)
    return torch.sum(log_std, dim=-1) + k * (0.5 + HALF_LOG_2PI)


@torch.no_grad()
def gaussian_sample(mean, log_std, generator=None):
    eps = torch.empty(mean.shape, dtype=mean.dtype).normal_(generator=generator)
    mean.addcmul_(eps, torch.exp(log_std).expand_as(eps))
    return mean.detach().clone()

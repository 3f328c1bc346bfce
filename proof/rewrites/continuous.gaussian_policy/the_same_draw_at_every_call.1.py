"""own generator where none is given"""
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


def gaussian_sample(mean, log_std, generator=None):
    if generator is None:
        generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        noise = torch.randn(mean.shape, generator=generator, dtype=mean.dtype)
        return mean + log_std.exp() * noise

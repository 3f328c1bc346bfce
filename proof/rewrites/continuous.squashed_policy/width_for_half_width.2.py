"""loop with log cosh"""
import math
import torch
from torch.distributions import Independent, Normal


def gaussian_log_prob(actions, mean, log_std):
    return Independent(Normal(mean, log_std.exp().expand_as(mean)), 1).log_prob(actions)


def squash(u, low, high):
    t = torch.tanh(u)
    a = low + (high - low) * (t + 1) / 2
    a = torch.where(t >= 1, high, torch.where(t <= -1, low, a))
    return torch.minimum(torch.maximum(a, low), high)


def squashed_log_prob(u, mean, log_std, low, high):
    value = gaussian_log_prob(u, mean, log_std)
    for i in range(u.shape[-1]):
        x = u[..., i]
        log_cosh = torch.logaddexp(x, -x) - math.log(2)
        width = high[i] - low[i]
        value = value - (torch.log(width) - 2 * log_cosh)
    return value


def squashed_entropy(noise, mean, log_std, low, high):
    std = torch.exp(log_std)
    surprises = []
    for eps in noise:
        u = mean + std * eps
        surprises.append(-squashed_log_prob(u, mean, log_std, low, high))
    return torch.stack(surprises).mean(dim=0)

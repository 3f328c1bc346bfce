"""loop, logaddexp"""
import math
import torch
from torch.distributions import Independent, Normal

LOG_2 = math.log(2.0)


def gaussian_log_prob(actions, mean, log_std):
    return Independent(Normal(mean, log_std.exp().expand_as(mean)), 1).log_prob(actions)


def squash(u, low, high):
    x, lo, hi = u.double(), low.double(), high.double()
    a = lo * torch.sigmoid(-2 * x) + hi * torch.sigmoid(2 * x)
    return a.clamp(lo, hi).to(u.dtype)


def squashed_log_prob(u, mean, log_std, low, high):
    value = gaussian_log_prob(u, mean, log_std)
    for x, lo, hi in zip(u.unbind(-1), low, high):
        one_less_tanh = LOG_2 - torch.logaddexp(2 * x, torch.zeros_like(x))
        value = value - one_less_tanh - torch.log((hi - lo) / 2)
    return value


def squashed_entropy(noise, mean, log_std, low, high):
    std = torch.exp(log_std)
    surprises = []
    for eps in noise:
        u = mean + std * eps
        surprises.append(-squashed_log_prob(u, mean, log_std, low, high))
    return torch.stack(surprises).mean(dim=0)

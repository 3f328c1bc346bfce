"""softplus helper"""
import math
import torch
from torch.nn import functional as F
from torch.distributions import Independent, Normal

LOG_2 = math.log(2.0)


def gaussian_log_prob(actions, mean, log_std):
    return Independent(Normal(mean, log_std.exp().expand_as(mean)), 1).log_prob(actions)


def squash(u, low, high):
    t = torch.tanh(u)
    a = low + (high - low) * (t + 1) / 2
    a = torch.where(t >= 1, high, torch.where(t <= -1, low, a))
    return torch.minimum(torch.maximum(a, low), high)


def log_slope(u, low, high):
    of_tanh = 2 * (LOG_2 - u - F.softplus(-2 * u))
    return of_tanh + torch.log((high - low) / 2)


def squashed_log_prob(u, mean, log_std, low, high):
    return gaussian_log_prob(u, mean, log_std) + log_slope(u, low, high).sum(dim=-1)


def squashed_entropy(noise, mean, log_std, low, high):
    samples = noise.shape[0]
    centre = mean.unsqueeze(0).expand_as(noise)
    u = torch.addcmul(centre, torch.exp(log_std).expand_as(noise), noise)
    return torch.sum(squashed_log_prob(u, centre, log_std, low, high), dim=0) / -samples

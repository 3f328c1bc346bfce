"""weights of the two bounds, softplus"""
import math
import torch
from torch.nn import functional as F

LOG_2PI = math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    scaled = (actions - mean) * torch.exp(-log_std)
    squares = torch.einsum("...i,...i->...", scaled, scaled)
    return -0.5 * (squares + mean.shape[-1] * LOG_2PI) - log_std.sum(-1)


def squash(u, low, high):
    p = 1 / (1 + torch.exp(-u))
    a = torch.where(u < 0, low + (high - low) * p, high - (high - low) * (1 - p))
    return torch.minimum(torch.maximum(a, low), high)


def squashed_log_prob(u, mean, log_std, low, high):
    value = gaussian_log_prob(u, mean, log_std)
    for i in range(u.shape[-1]):
        x = u[..., i]
        value = value - torch.log(high[i] - low[i]) + x + 2 * F.softplus(-x)
    return value


def squashed_entropy(noise, mean, log_std, low, high):
    u = mean + log_std.exp() * noise
    return -squashed_log_prob(u, mean.expand_as(u), log_std, low, high).mean(dim=0)

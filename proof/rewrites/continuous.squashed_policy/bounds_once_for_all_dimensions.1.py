"""tanh part summed, then the stretching"""
import math
import torch
from torch.nn import functional as F

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)
LOG_2 = math.log(2.0)


def gaussian_log_prob(actions, mean, log_std):
    z = (actions - mean) / log_std.exp()
    return (-0.5 * z ** 2 - log_std - HALF_LOG_2PI).sum(dim=-1)


def squash(u, low, high):
    columns = []
    for i in range(u.shape[-1]):
        t = torch.tanh(u[..., i])
        half = (high[i] - low[i]) / 2
        a = torch.where(t < 0, low[i] + half * (1 + t), high[i] - half * (1 - t))
        columns.append(torch.clamp(a, low[i], high[i]))
    return torch.stack(columns, dim=-1)


def squashed_log_prob(u, mean, log_std, low, high):
    of_tanh = (2 * (LOG_2 - u - F.softplus(-2 * u))).sum(-1)
    stretching = torch.log((high - low) / 2).mean()
    return gaussian_log_prob(u, mean, log_std) - of_tanh - stretching


def squashed_entropy(noise, mean, log_std, low, high):
    u = mean + log_std.exp() * noise
    return -squashed_log_prob(u, mean.expand_as(u), log_std, low, high).mean(dim=0)

"""unsquash helper with atanh"""
import math
import torch
from torch.nn import functional as F
from torch.distributions import Independent, Normal

LOG_2 = math.log(2.0)


def gaussian_log_prob(actions, mean, log_std):
    return Independent(Normal(mean, log_std.exp().expand_as(mean)), 1).log_prob(actions)


def squash(u, low, high):
    columns = []
    for i in range(u.shape[-1]):
        t = torch.tanh(u[..., i])
        half = (high[i] - low[i]) / 2
        a = torch.where(t < 0, low[i] + half * (1 + t), high[i] - half * (1 - t))
        columns.append(torch.clamp(a, low[i], high[i]))
    return torch.stack(columns, dim=-1)


def unsquash(actions, low, high):
    return torch.atanh(2 * (actions - low) / (high - low) - 1)


def squashed_log_prob(u, mean, log_std, low, high):
    actions = squash(u, low, high)
    v = unsquash(actions, low, high)
    log_slope = 2 * (LOG_2 - v - F.softplus(-2 * v)) + torch.log((high - low) / 2)
    return gaussian_log_prob(v, mean, log_std) - log_slope.sum(-1)


def squashed_entropy(noise, mean, log_std, low, high):
    std = torch.exp(log_std)
    surprises = []
    for eps in noise:
        u = mean + std * eps
        surprises.append(-squashed_log_prob(u, mean, log_std, low, high))
    return torch.stack(surprises).mean(dim=0)

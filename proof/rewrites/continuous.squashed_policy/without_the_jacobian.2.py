"""torch.distributions, one column after the other"""
import math
import torch
from torch.distributions import Independent, Normal

LOG_2PI = math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    scaled = (actions - mean) * torch.exp(-log_std)
    squares = torch.einsum("...i,...i->...", scaled, scaled)
    return -0.5 * (squares + mean.shape[-1] * LOG_2PI) - log_std.sum(-1)


def squash(u, low, high):
    columns = []
    for i in range(u.shape[-1]):
        t = torch.tanh(u[..., i])
        half = (high[i] - low[i]) / 2
        a = torch.where(t < 0, low[i] + half * (1 + t), high[i] - half * (1 - t))
        columns.append(torch.clamp(a, low[i], high[i]))
    return torch.stack(columns, dim=-1)


def squashed_log_prob(u, mean, log_std, low, high):
    std = log_std.exp().expand_as(mean)
    total = 0.0
    for i in range(u.shape[-1]):
        total = total + Normal(mean[..., i], std[..., i]).log_prob(u[..., i])
    return total


def squashed_entropy(noise, mean, log_std, low, high):
    u = mean + log_std.exp() * noise
    return -squashed_log_prob(u, mean.expand_as(u), log_std, low, high).mean(dim=0)

"""Gaussian around a bounded centre"""
import torch
from torch.distributions import Independent, Normal


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


def squashed_log_prob(u, mean, log_std, low, high):
    centre = squash(mean, low, high)
    return gaussian_log_prob(u, centre, log_std)


def squashed_entropy(noise, mean, log_std, low, high):
    samples = noise.shape[0]
    centre = mean.unsqueeze(0).expand_as(noise)
    u = torch.addcmul(centre, torch.exp(log_std).expand_as(noise), noise)
    return torch.sum(squashed_log_prob(u, centre, log_std, low, high), dim=0) / -samples

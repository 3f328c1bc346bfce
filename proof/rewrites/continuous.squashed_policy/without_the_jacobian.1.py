"""the Gaussian, called once"""
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
    return gaussian_log_prob(u, mean, log_std)


def squashed_entropy(noise, mean, log_std, low, high):
    std = torch.exp(log_std)
    surprises = []
    for eps in noise:
        u = mean + std * eps
        surprises.append(-squashed_log_prob(u, mean, log_std, low, high))
    return torch.stack(surprises).mean(dim=0)

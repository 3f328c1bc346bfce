"""derivative of the squashing, then its logarithm"""
import math
import torch

LOG_2PI = math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    scaled = (actions - mean) * torch.exp(-log_std)
    squares = torch.einsum("...i,...i->...", scaled, scaled)
    return -0.5 * (squares + mean.shape[-1] * LOG_2PI) - log_std.sum(-1)


def squash(u, low, high):
    t = torch.tanh(u)
    a = low + (high - low) * (t + 1) / 2
    a = torch.where(t >= 1, high, torch.where(t <= -1, low, a))
    return torch.minimum(torch.maximum(a, low), high)


def squashed_log_prob(u, mean, log_std, low, high):
    slope = (high - low) / 2 * (1 - torch.tanh(u) ** 2)
    return gaussian_log_prob(u, mean, log_std) - torch.log(slope).sum(-1)


def squashed_entropy(noise, mean, log_std, low, high):
    std = torch.exp(log_std)
    surprises = []
    for eps in noise:
        u = mean + std * eps
        surprises.append(-squashed_log_prob(u, mean, log_std, low, high))
    return torch.stack(surprises).mean(dim=0)

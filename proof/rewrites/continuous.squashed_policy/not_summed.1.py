"""softplus helper, broadcast"""
import math
import torch
from torch.nn import functional as F

LOG_2PI = math.log(2 * math.pi)
LOG_2 = math.log(2.0)


def gaussian_log_prob(actions, mean, log_std):
    scaled = (actions - mean) * torch.exp(-log_std)
    squares = torch.einsum("...i,...i->...", scaled, scaled)
    return -0.5 * (squares + mean.shape[-1] * LOG_2PI) - log_std.sum(-1)


def squash(u, low, high):
    t = torch.tanh(u)
    a = low + (high - low) * (t + 1) / 2
    a = torch.where(t >= 1, high, torch.where(t <= -1, low, a))
    return torch.minimum(torch.maximum(a, low), high)


def log_slope(u, low, high):
    of_tanh = 2 * (LOG_2 - u - F.softplus(-2 * u))
    return of_tanh + torch.log((high - low) / 2)


def squashed_log_prob(u, mean, log_std, low, high):
    return gaussian_log_prob(u, mean, log_std).unsqueeze(-1) - log_slope(u, low, high)


def squashed_entropy(noise, mean, log_std, low, high):
    u = mean + log_std.exp() * noise
    return -squashed_log_prob(u, mean.expand_as(u), log_std, low, high).mean(dim=0)

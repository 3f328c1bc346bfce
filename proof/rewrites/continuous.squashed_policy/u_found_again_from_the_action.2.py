"""density by the action, clamped atanh"""
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


def log_density_of_action(a, mean, log_std, low, high):
    middle, half = (low + high) / 2, (high - low) / 2
    t = ((a - middle) / half).clamp(-1 + 1e-6, 1 - 1e-6)
    before = 0.5 * (torch.log1p(t) - torch.log1p(-t))
    log_det = torch.log(half) + torch.log1p(t) + torch.log1p(-t)
    return gaussian_log_prob(before, mean, log_std) - torch.sum(log_det, -1)


def squashed_log_prob(u, mean, log_std, low, high):
    return log_density_of_action(squash(u, low, high), mean, log_std, low, high)


def squashed_entropy(noise, mean, log_std, low, high):
    u = mean + log_std.exp() * noise
    return -squashed_log_prob(u, mean.expand_as(u), log_std, low, high).mean(dim=0)

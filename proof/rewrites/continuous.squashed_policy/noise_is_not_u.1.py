"""given samples, array operations"""
import math
import torch

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


class Squashed:
    """The law of the action, asked about by way of u."""

    def __init__(self, mean, log_std, low, high):
        self.mean, self.log_std = mean, log_std
        self.log_half = torch.log(high.double() - low.double()) - LOG_2

    def log_det(self, u):
        x = u.double()
        size = x.abs()
        return self.log_half + 2 * (LOG_2 - size - torch.log1p(torch.exp(-2 * size)))

    def log_prob(self, u):
        before = gaussian_log_prob(u.double(), self.mean.double(), self.log_std.double())
        return (before - self.log_det(u).sum(-1)).to(u.dtype)


def squashed_log_prob(u, mean, log_std, low, high):
    return Squashed(mean, log_std, low, high).log_prob(u)


def squashed_entropy(noise, mean, log_std, low, high):
    log_probs = squashed_log_prob(noise, mean.expand_as(noise), log_std, low, high)
    return -log_probs.mean(dim=0)

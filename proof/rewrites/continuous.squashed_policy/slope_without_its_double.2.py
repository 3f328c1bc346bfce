"""class, by the size of u"""
import math
import torch
from torch.distributions import Independent, Normal

LOG_2 = math.log(2.0)


def gaussian_log_prob(actions, mean, log_std):
    return Independent(Normal(mean, log_std.exp().expand_as(mean)), 1).log_prob(actions)


def squash(u, low, high):
    x, lo, hi = u.double(), low.double(), high.double()
    a = lo * torch.sigmoid(-2 * x) + hi * torch.sigmoid(2 * x)
    return a.clamp(lo, hi).to(u.dtype)


class Squashed:
    """The law of the action, asked about by way of u."""

    def __init__(self, mean, log_std, low, high):
        self.mean, self.log_std = mean, log_std
        self.log_half = torch.log(high.double() - low.double()) - LOG_2

    def log_det(self, u):
        x = u.double()
        size = x.abs()
        return self.log_half + -2 * (size + torch.log1p(torch.exp(-2 * size)))

    def log_prob(self, u):
        before = gaussian_log_prob(u.double(), self.mean.double(), self.log_std.double())
        return (before - self.log_det(u).sum(-1)).to(u.dtype)


def squashed_log_prob(u, mean, log_std, low, high):
    return Squashed(mean, log_std, low, high).log_prob(u)


def squashed_entropy(noise, mean, log_std, low, high):
    samples = noise.shape[0]
    centre = mean.unsqueeze(0).expand_as(noise)
    u = torch.addcmul(centre, torch.exp(log_std).expand_as(noise), noise)
    return torch.sum(squashed_log_prob(u, centre, log_std, low, high), dim=0) / -samples

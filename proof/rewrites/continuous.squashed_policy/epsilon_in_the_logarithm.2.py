"""clamped derivative in a class"""
import math
import torch

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)
LOG_2 = math.log(2.0)


def gaussian_log_prob(actions, mean, log_std):
    z = (actions - mean) / log_std.exp()
    return (-0.5 * z ** 2 - log_std - HALF_LOG_2PI).sum(dim=-1)


def squash(u, low, high):
    x, lo, hi = u.double(), low.double(), high.double()
    a = lo * torch.sigmoid(-2 * x) + hi * torch.sigmoid(2 * x)
    return a.clamp(lo, hi).to(u.dtype)


class TanhToBounds:
    def __init__(self, low, high, floor=1e-6):
        self.log_half = torch.log(high - low) - LOG_2
        self.floor = floor

    def log_det(self, u):
        derivative = (1.0 - torch.square(torch.tanh(u))).clamp(min=self.floor)
        return torch.sum(derivative.log() + self.log_half, dim=-1)


def squashed_log_prob(u, mean, log_std, low, high):
    return gaussian_log_prob(u, mean, log_std) - TanhToBounds(low, high).log_det(u)


def squashed_entropy(noise, mean, log_std, low, high):
    u = mean + log_std.exp() * noise
    return -squashed_log_prob(u, mean.expand_as(u), log_std, low, high).mean(dim=0)

"""loop with log cosh"""
import math
import torch

LOG_2PI = math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    scaled = (actions - mean) * torch.exp(-log_std)
    squares = torch.einsum("...i,...i->...", scaled, scaled)
    return -0.5 * (squares + mean.shape[-1] * LOG_2PI) - log_std.sum(-1)


def squash(u, low, high):
    x, lo, hi = u.double(), low.double(), high.double()
    a = lo * torch.sigmoid(-2 * x) + hi * torch.sigmoid(2 * x)
    return a.clamp(lo, hi).to(u.dtype)


def squashed_log_prob(u, mean, log_std, low, high):
    value = gaussian_log_prob(u, mean, log_std)
    for i in range(u.shape[-1]):
        x = u[..., i]
        log_cosh = torch.logaddexp(x, -x) - math.log(2)
        half_width = (high[i] - low[i]) / 2
        value = value + torch.log(half_width) - 2 * log_cosh
    return value


def squashed_entropy(noise, mean, log_std, low, high):
    u = mean + log_std.exp() * noise
    return -squashed_log_prob(u, mean.expand_as(u), log_std, low, high).mean(dim=0)

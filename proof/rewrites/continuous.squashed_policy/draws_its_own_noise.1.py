"""randn_like"""
import torch
from torch.distributions import Independent, Normal
from torch.distributions.transforms import AffineTransform, TanhTransform


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
    to_unit = TanhTransform()
    half = (high - low) / 2
    log_det = to_unit.log_abs_det_jacobian(u, None) + half.log()
    return gaussian_log_prob(u, mean, log_std) - log_det.sum(-1)


def squashed_entropy(noise, mean, log_std, low, high):
    eps = torch.randn_like(noise)
    u = mean + log_std.exp() * eps
    return -squashed_log_prob(u, mean.expand_as(u), log_std, low, high).mean(dim=0)

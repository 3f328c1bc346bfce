"""TanhTransform and AffineTransform with a number"""
import torch
from torch.distributions import Independent, Normal
from torch.distributions.transforms import AffineTransform, TanhTransform


def gaussian_log_prob(actions, mean, log_std):
    return Independent(Normal(mean, log_std.exp().expand_as(mean)), 1).log_prob(actions)


def squash(u, low, high):
    weight = (torch.tanh(u) + 1) / 2
    actions = torch.lerp(low.expand_as(u), high.expand_as(u), weight)
    return torch.clamp(actions, low, high)


def squashed_log_prob(u, mean, log_std, low, high):
    half = (high[0] - low[0]) / 2
    stretch = AffineTransform(loc=(high[0] + low[0]) / 2, scale=half)
    log_det = TanhTransform().log_abs_det_jacobian(u, None) + stretch.log_abs_det_jacobian(u, None)
    return gaussian_log_prob(u, mean, log_std) - log_det.sum(-1)


def squashed_entropy(noise, mean, log_std, low, high):
    std = torch.exp(log_std)
    surprises = []
    for eps in noise:
        u = mean + std * eps
        surprises.append(-squashed_log_prob(u, mean, log_std, low, high))
    return torch.stack(surprises).mean(dim=0)

"""array operations"""
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
    to_unit = TanhTransform()
    half = (high - low) / 2
    log_det = to_unit.log_abs_det_jacobian(u, None) + half.log()
    return gaussian_log_prob(u, mean, log_std) - log_det.sum(-1)


def squashed_entropy(noise, mean, log_std, low, high):
    u = mean + log_std * noise
    return -squashed_log_prob(u, mean.expand_as(u), log_std, low, high).mean(dim=0)

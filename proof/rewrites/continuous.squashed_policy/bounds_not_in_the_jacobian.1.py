"""TanhTransform"""
import math
import torch
from torch.distributions.transforms import AffineTransform, TanhTransform

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    z = (actions - mean) / log_std.exp()
    return (-0.5 * z ** 2 - log_std - HALF_LOG_2PI).sum(dim=-1)


def squash(u, low, high):
    weight = (torch.tanh(u) + 1) / 2
    actions = torch.lerp(low.expand_as(u), high.expand_as(u), weight)
    return torch.clamp(actions, low, high)


def squashed_log_prob(u, mean, log_std, low, high):
    log_det = TanhTransform().log_abs_det_jacobian(u, None)
    return gaussian_log_prob(u, mean, log_std) - log_det.sum(-1)


def squashed_entropy(noise, mean, log_std, low, high):
    samples = noise.shape[0]
    centre = mean.unsqueeze(0).expand_as(noise)
    u = torch.addcmul(centre, torch.exp(log_std).expand_as(noise), noise)
    return torch.sum(squashed_log_prob(u, centre, log_std, low, high), dim=0) / -samples

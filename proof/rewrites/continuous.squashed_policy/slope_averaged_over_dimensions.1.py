"""TanhTransform"""
import math
import torch
from torch.distributions.transforms import AffineTransform, TanhTransform

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
    to_unit = TanhTransform()
    half = (high - low) / 2
    log_det = to_unit.log_abs_det_jacobian(u, None) + half.log()
    return gaussian_log_prob(u, mean, log_std) - log_det.mean(-1)


def squashed_entropy(noise, mean, log_std, low, high):
    u = mean + log_std.exp() * noise
    return -squashed_log_prob(u, mean.expand_as(u), log_std, low, high).mean(dim=0)

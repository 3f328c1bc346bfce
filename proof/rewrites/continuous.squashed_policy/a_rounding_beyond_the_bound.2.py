"""middle and half width, column by column"""
import math
import torch
from torch.distributions.transforms import AffineTransform, TanhTransform

LOG_2PI = math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    scaled = (actions - mean) * torch.exp(-log_std)
    squares = torch.einsum("...i,...i->...", scaled, scaled)
    return -0.5 * (squares + mean.shape[-1] * LOG_2PI) - log_std.sum(-1)


def squash(u, low, high):
    out = []
    for i in range(u.shape[-1]):
        middle, half = (low[i] + high[i]) / 2, (high[i] - low[i]) / 2
        out.append(middle + half * torch.tanh(u[..., i]))
    return torch.stack(out, dim=-1)


def squashed_log_prob(u, mean, log_std, low, high):
    to_unit = TanhTransform()
    half = (high - low) / 2
    log_det = to_unit.log_abs_det_jacobian(u, None) + half.log()
    return gaussian_log_prob(u, mean, log_std) - log_det.sum(-1)


def squashed_entropy(noise, mean, log_std, low, high):
    u = mean + log_std.exp() * noise
    return -squashed_log_prob(u, mean.expand_as(u), log_std, low, high).mean(dim=0)

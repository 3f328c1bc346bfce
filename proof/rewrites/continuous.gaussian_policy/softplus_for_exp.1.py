"""softplus helper for all three"""
import math
import torch
from torch.nn import functional as F

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def _sigma(raw):
    return F.softplus(raw)


def gaussian_log_prob(actions, mean, log_std):
    sigma = _sigma(log_std)
    z = (actions - mean) / sigma
    return torch.sum(-0.5 * z.square() - sigma.log() - HALF_LOG_2PI, dim=-1)


def gaussian_entropy(log_std):
    return (_sigma(log_std).log() + 0.5 + HALF_LOG_2PI).sum(-1)


@torch.no_grad()
def gaussian_sample(mean, log_std, generator=None):
    eps = torch.randn(mean.shape, generator=generator, dtype=mean.dtype)
    return mean + _sigma(log_std) * eps

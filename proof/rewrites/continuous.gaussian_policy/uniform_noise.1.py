"""rand from -1 to 1"""
import math
import torch
from torch.distributions import Independent, Normal

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    k = mean.shape[-1]
    scaled = (actions - mean) * torch.exp(-log_std)
    squares = torch.einsum("...i,...i->...", scaled, scaled)
    return -0.5 * squares - log_std.sum(-1) - k * HALF_LOG_2PI


def gaussian_entropy(log_std):
    centre = torch.zeros_like(log_std)
    return Normal(centre, torch.exp(log_std)).entropy().sum(dim=-1)


def gaussian_sample(mean, log_std, generator=None):
    with torch.no_grad():
        noise = 2 * torch.rand(mean.shape, generator=generator, dtype=mean.dtype) - 1
        return mean + log_std.exp() * noise

"""distribution's entropy, clamped"""
import math
import torch
from torch.distributions import Independent, Normal

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    total = torch.zeros_like(mean[..., 0])
    for i in range(mean.shape[-1]):
        s = log_std[..., i]
        distance = actions[..., i] - mean[..., i]
        total = total - 0.5 * torch.square(distance / torch.exp(s)) - s - HALF_LOG_2PI
    return total


def gaussian_entropy(log_std):
    centre = torch.zeros_like(log_std)
    return Normal(centre, torch.exp(log_std)).entropy().sum(dim=-1).clamp(min=0.0)


def gaussian_sample(mean, log_std, generator=None):
    with torch.no_grad():
        noise = torch.randn(mean.shape, generator=generator, dtype=mean.dtype, device=mean.device)
        return mean + log_std.exp() * noise

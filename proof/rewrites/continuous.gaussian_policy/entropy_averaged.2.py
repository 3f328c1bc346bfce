"""loop, divided by the number of dimensions"""
import math
import torch

LOG_2PI = math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    z = (actions - mean) / log_std.exp()
    per_dim = -0.5 * z ** 2 - log_std - 0.5 * LOG_2PI
    return per_dim.sum(dim=-1)


def gaussian_entropy(log_std):
    total = 0.0
    for s in log_std.unbind(-1):
        total = total + s + 0.5 * math.log(2 * math.pi * math.e)
    return total / log_std.shape[-1]


def gaussian_sample(mean, log_std, generator=None):
    with torch.no_grad():
        noise = torch.randn(mean.shape, generator=generator, dtype=mean.dtype, device=mean.device)
        return mean + log_std.exp() * noise

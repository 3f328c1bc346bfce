"""by way of the log-probability"""
import math
import torch

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    k = mean.shape[-1]
    scaled = (actions - mean) * torch.exp(-log_std)
    squares = torch.einsum("...i,...i->...", scaled, scaled)
    return -0.5 * squares - log_std.sum(-1) - k * HALF_LOG_2PI


def gaussian_entropy(log_std):
    origin = torch.zeros_like(log_std)
    return -gaussian_log_prob(origin, origin, log_std)


def gaussian_sample(mean, log_std, generator=None):
    draw = torch.empty(mean.shape, dtype=mean.dtype).normal_(generator=generator)
    draw.mul_(log_std.detach().exp())
    draw.add_(mean.detach())
    return draw

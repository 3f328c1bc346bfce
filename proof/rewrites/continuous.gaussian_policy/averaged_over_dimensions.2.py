"""loop over dimensions with a running total"""
import math
import torch

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    total = torch.zeros_like(mean[..., 0])
    for i in range(mean.shape[-1]):
        s = log_std[..., i]
        distance = actions[..., i] - mean[..., i]
        total = total - 0.5 * torch.square(distance / torch.exp(s)) - s - HALF_LOG_2PI
    return total / mean.shape[-1]


def gaussian_entropy(log_std):
    k = log_std.size(-1)
    return torch.sum(log_std, dim=-1) + k * (0.5 + HALF_LOG_2PI)


def gaussian_sample(mean, log_std, generator=None):
    draw = torch.empty(mean.shape, dtype=mean.dtype).normal_(generator=generator)
    draw.mul_(log_std.detach().exp())
    draw.add_(mean.detach())
    return draw

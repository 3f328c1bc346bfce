"""torch.normal of floats"""
import math
import torch

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    total = torch.zeros_like(mean[..., 0])
    for i in range(mean.shape[-1]):
        s = log_std[..., i]
        distance = actions[..., i] - mean[..., i]
        total = total - 0.5 * torch.square(distance / torch.exp(s)) - s - HALF_LOG_2PI
    return total


def gaussian_entropy(log_std):
    total = 0.0
    for s in log_std.unbind(-1):
        total = total + s + 0.5 * math.log(2 * math.pi * math.e)
    return total


@torch.no_grad()
def gaussian_sample(mean, log_std, generator=None):
    loc = mean.float()
    scale = log_std.float().exp().expand_as(loc)
    return torch.normal(loc, scale, generator=generator)

"""loop over dimensions"""
import math
import torch

LOG_2PI = math.log(2 * math.pi)
HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    total = torch.zeros_like(mean[..., 0])
    for i in range(mean.shape[-1]):
        s = log_std[..., i]
        distance = actions[..., i] - mean[..., i]
        total = total - 0.5 * distance * distance * torch.exp(-s) - s - HALF_LOG_2PI
    return total


def gaussian_entropy(log_std):
    return (log_std + 0.5 * (1.0 + LOG_2PI)).sum(-1)


def gaussian_sample(mean, log_std, generator=None):
    with torch.no_grad():
        noise = torch.randn(mean.shape, generator=generator, dtype=mean.dtype, device=mean.device)
        return mean + log_std.exp() * noise

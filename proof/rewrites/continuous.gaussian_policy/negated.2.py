"""loop, adding the parts up"""
import math
import torch

LOG_2PI = math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    parts = []
    for i in range(actions.shape[-1]):
        z = (actions[..., i] - mean[..., i]) / torch.exp(log_std[..., i])
        parts.append(0.5 * z ** 2 + log_std[..., i] + 0.5 * LOG_2PI)
    return torch.stack(parts).sum(0)


def gaussian_entropy(log_std):
    return (log_std + 0.5 * (1.0 + LOG_2PI)).sum(-1)


def gaussian_sample(mean, log_std, generator=None):
    with torch.no_grad():
        noise = torch.randn(mean.shape, generator=generator, dtype=mean.dtype, device=mean.device)
        return mean + log_std.exp() * noise

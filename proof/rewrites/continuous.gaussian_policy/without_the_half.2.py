"""vector norm of the scaled distance"""
import math
import torch

LOG_2PI = math.log(2 * math.pi)
HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    z = (mean - actions) * (-log_std).exp()
    energy = (z * z).sum(-1)
    log_volume = (log_std + HALF_LOG_2PI).sum(-1)
    return -energy - log_volume


def gaussian_entropy(log_std):
    return (log_std + 0.5 * (1.0 + LOG_2PI)).sum(-1)


def gaussian_sample(mean, log_std, generator=None):
    with torch.no_grad():
        noise = torch.randn(mean.shape, generator=generator, dtype=mean.dtype, device=mean.device)
        return mean + log_std.exp() * noise

"""module constants and a helper"""
import math
import torch

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


LOG_STD_MIN, LOG_STD_MAX = -20.0, 2.0


def _bounded(log_std):
    return torch.clamp(log_std, LOG_STD_MIN, LOG_STD_MAX)


def gaussian_log_prob(actions, mean, log_std):
    log_std = _bounded(log_std)
    z = (actions - mean) * torch.exp(-log_std)
    return (-0.5 * z.pow(2) - log_std - HALF_LOG_2PI).sum(-1)


def gaussian_entropy(log_std):
    return (_bounded(log_std) + 0.5 + HALF_LOG_2PI).sum(-1)


def gaussian_sample(mean, log_std, generator=None):
    with torch.no_grad():
        eps = torch.randn(mean.shape, generator=generator, dtype=mean.dtype)
        return mean + torch.exp(_bounded(log_std)) * eps

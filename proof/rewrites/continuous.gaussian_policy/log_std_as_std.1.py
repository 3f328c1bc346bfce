"""formula with the parameter used throughout"""
import math
import torch

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    sigma = log_std
    z = (actions - mean) / sigma
    return (-z * z / 2 - torch.log(sigma) - HALF_LOG_2PI).sum(-1)


def gaussian_entropy(log_std):
    sigma = log_std
    return (0.5 + HALF_LOG_2PI + torch.log(sigma)).sum(-1)


def gaussian_sample(mean, log_std, generator=None):
    noise = torch.randn(mean.shape, generator=generator, dtype=mean.dtype)
    return (mean + log_std * noise).detach()

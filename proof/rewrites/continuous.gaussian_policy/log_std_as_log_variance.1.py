"""closed forms in the variance, all three functions"""
import math
import torch

LOG_2PI = math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    variance = log_std.exp()
    terms = (actions - mean) ** 2 / variance + log_std + LOG_2PI
    return -0.5 * terms.sum(-1)


def gaussian_entropy(log_std):
    return 0.5 * (log_std + LOG_2PI + 1.0).sum(-1)


def gaussian_sample(mean, log_std, generator=None):
    std = log_std.exp().sqrt()
    noise = torch.randn(mean.shape, generator=generator, dtype=mean.dtype)
    return torch.addcmul(mean, std.expand_as(mean), noise).detach()

"""helper for one dimension, logs summed in a loop"""
import math
import torch


def _bell(x, mu, sigma):
    z = (x - mu) / sigma
    return torch.exp(-z * z / 2) / (sigma * math.sqrt(2 * math.pi))


def gaussian_log_prob(actions, mean, log_std):
    sigma = log_std.exp()
    total = 0.0
    for i in range(mean.shape[-1]):
        total = total + _bell(actions[..., i], mean[..., i], sigma[..., i]).log()
    return total


def gaussian_entropy(log_std):
    total = 0.0
    for s in log_std.unbind(-1):
        total = total + s + 0.5 * math.log(2 * math.pi * math.e)
    return total


def gaussian_sample(mean, log_std, generator=None):
    columns = []
    for i in range(mean.shape[-1]):
        m = mean[..., i].detach()
        s = torch.exp(log_std[..., i].detach())
        eps = torch.randn(m.shape, generator=generator, dtype=m.dtype)
        columns.append(m + s * eps)
    return torch.stack(columns, dim=-1)

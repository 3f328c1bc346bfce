"""constant times k, then the scales"""
import math
import torch

LOG_2PI = math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    z = (actions - mean) / log_std.exp()
    per_dim = -0.5 * z ** 2 - log_std - 0.5 * LOG_2PI
    return per_dim.sum(dim=-1)


def gaussian_entropy(log_std):
    k = log_std.size(-1)
    return 0.5 * k * math.log(2 * math.pi * math.e) - torch.sum(log_std, dim=-1)


def gaussian_sample(mean, log_std, generator=None):
    columns = []
    for i in range(mean.shape[-1]):
        m = mean[..., i].detach()
        s = torch.exp(log_std[..., i].detach())
        eps = torch.randn(m.shape, generator=generator, dtype=m.dtype)
        columns.append(m + s * eps)
    return torch.stack(columns, dim=-1)

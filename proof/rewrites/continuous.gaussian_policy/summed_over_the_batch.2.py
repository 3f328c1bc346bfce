"""Independent over all axes"""
import math
import torch
from torch.distributions import Independent, Normal


def gaussian_log_prob(actions, mean, log_std):
    factors = Normal(mean, log_std.exp().expand_as(mean))
    joint = Independent(factors, mean.dim())
    return joint.log_prob(actions)


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

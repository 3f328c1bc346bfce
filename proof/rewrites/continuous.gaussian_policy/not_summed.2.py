"""float64 inside, terms one by one"""
import math
import torch

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    x, mu, ls = actions.double(), mean.double(), log_std.double()
    quadratic = ((x - mu) / ls.exp()).square() / 2
    out = -(quadratic + ls + HALF_LOG_2PI)
    return out.to(actions.dtype)


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

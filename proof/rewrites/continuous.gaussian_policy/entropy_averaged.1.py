"""closed form, mean over the axis"""
import math
import torch
from torch.nn import functional as F

LOG_2PI = math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    variance = torch.exp(2 * log_std).expand_as(mean)
    nll = F.gaussian_nll_loss(mean, actions, variance, full=True, eps=1e-30, reduction="none")
    return torch.sum(-nll, -1)


def gaussian_entropy(log_std):
    return (log_std + 0.5 * (1.0 + LOG_2PI)).mean(-1)


def gaussian_sample(mean, log_std, generator=None):
    columns = []
    for i in range(mean.shape[-1]):
        m = mean[..., i].detach()
        s = torch.exp(log_std[..., i].detach())
        eps = torch.randn(m.shape, generator=generator, dtype=m.dtype)
        columns.append(m + s * eps)
    return torch.stack(columns, dim=-1)

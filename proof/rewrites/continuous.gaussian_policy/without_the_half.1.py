"""float64 inside, method chain"""
import math
import torch
from torch import Tensor

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions: Tensor, mean: Tensor, log_std: Tensor) -> Tensor:
    x, m, s = (t.double() for t in (actions, mean, log_std))
    exponent = torch.sub(x, m).mul(torch.exp(-s)).pow(2).neg()
    normaliser = s + HALF_LOG_2PI
    return torch.sub(exponent, normaliser).sum(-1).to(actions.dtype)


def gaussian_entropy(log_std):
    k = log_std.size(-1)
    return torch.sum(log_std, dim=-1) + k * (0.5 + HALF_LOG_2PI)


def gaussian_sample(mean, log_std, generator=None):
    draw = torch.empty(mean.shape, dtype=mean.dtype).normal_(generator=generator)
    draw.mul_(log_std.detach().exp())
    draw.add_(mean.detach())
    return draw

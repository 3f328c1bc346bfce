"""distribution with a fixed scale"""
import math
import torch
from torch.distributions import Independent, Normal

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    with torch.no_grad():
        std = log_std.exp()
    return Independent(Normal(mean, std), 1).log_prob(actions)


def gaussian_entropy(log_std):
    k = log_std.size(-1)
    return torch.sum(log_std, dim=-1) + k * (0.5 + HALF_LOG_2PI)


def gaussian_sample(mean, log_std, generator=None):
    draw = torch.empty(mean.shape, dtype=mean.dtype).normal_(generator=generator)
    draw.mul_(log_std.detach().exp())
    draw.add_(mean.detach())
    return draw

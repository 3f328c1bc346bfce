"""The slope by softplus, a loop over dimensions, and the entropy as the Gaussian's terms and the slopes'."""
import math

import torch
from torch.nn.functional import softplus


def squash(u, low, high):
    stretched = low + (high - low) * torch.sigmoid(2 * u)
    return torch.minimum(torch.maximum(stretched, low), high)


def squashed_log_prob(u, mean, log_std, low, high):
    log_std = log_std.expand_as(mean)
    total = 0.0
    for i in range(u.shape[-1]):
        x, m, s = u[..., i], mean[..., i], log_std[..., i]
        normal = -0.5 * ((x - m) / s.exp()) ** 2 - s - 0.5 * math.log(2 * math.pi)
        slope = 2 * (math.log(2) - x - softplus(-2 * x)) + torch.log(high[i] - low[i]) - math.log(2)
        total = total + normal - slope
    return total


def squashed_entropy(noise, mean, log_std, low, high):
    values = []
    for one in noise:
        values.append(-squashed_log_prob(mean + one * log_std.exp(), mean, log_std, low, high))
    return torch.stack(values).mean(0)

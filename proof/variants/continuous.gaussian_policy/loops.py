"""A loop over the dimensions in float64, torch.normal for draws, the entropy by a loop too."""
import math

import torch


def gaussian_log_prob(actions, mean, log_std):
    log_std = log_std.expand_as(mean)
    total = torch.zeros(mean.shape[:-1], dtype=torch.float64)
    for i in range(mean.shape[-1]):
        distance = actions[..., i].double() - mean[..., i].double()
        sigma = log_std[..., i].double().exp()
        total = total - (distance / sigma) ** 2 / 2 - log_std[..., i] - math.log(math.sqrt(2 * math.pi))
    return total.to(mean.dtype)


def gaussian_entropy(log_std):
    constant = (1 + math.log(2 * math.pi)) / 2
    total = log_std[..., 0] + constant
    for i in range(1, log_std.shape[-1]):
        total = total + log_std[..., i] + constant
    return total


def gaussian_sample(mean, log_std, generator=None):
    return torch.normal(mean, log_std.exp().expand_as(mean), generator=generator)

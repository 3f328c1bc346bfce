"""sum over the samples, divided"""
import math
import torch
from torch.distributions import Independent, Normal


def gaussian_log_prob(actions, mean, log_std):
    return Independent(Normal(mean, log_std.exp().expand_as(mean)), 1).log_prob(actions)


def squash(u, low, high):
    weight = (torch.tanh(u) + 1) / 2
    actions = torch.lerp(low.expand_as(u), high.expand_as(u), weight)
    return torch.clamp(actions, low, high)


def squashed_log_prob(u, mean, log_std, low, high):
    value = gaussian_log_prob(u, mean, log_std)
    for i in range(u.shape[-1]):
        x = u[..., i]
        log_cosh = torch.logaddexp(x, -x) - math.log(2)
        half_width = (high[i] - low[i]) / 2
        value = value - (torch.log(half_width) - 2 * log_cosh)
    return value


def squashed_entropy(noise, mean, log_std, low, high):
    samples = noise.shape[0]
    centre = mean.unsqueeze(0).expand_as(noise)
    u = torch.addcmul(centre, torch.exp(log_std).expand_as(noise), noise)
    return torch.sum(squashed_log_prob(u, centre, log_std, low, high), dim=0) / samples

"""formula as it stands"""
import math
import torch
from torch.nn import functional as F
from torch.distributions import Independent, Normal


def gaussian_log_prob(actions, mean, log_std):
    return Independent(Normal(mean, log_std.exp().expand_as(mean)), 1).log_prob(actions)


def squash(u, low, high):
    return low + (high - low) * (torch.tanh(u) + 1) / 2


def squashed_log_prob(u, mean, log_std, low, high):
    of_u = gaussian_log_prob(u, mean, log_std)
    jacobian = math.log(2) + F.logsigmoid(2 * u) + F.logsigmoid(-2 * u) + torch.log(high - low)
    return of_u - torch.sum(jacobian, -1)


def squashed_entropy(noise, mean, log_std, low, high):
    samples = noise.shape[0]
    centre = mean.unsqueeze(0).expand_as(noise)
    u = torch.addcmul(centre, torch.exp(log_std).expand_as(noise), noise)
    return torch.sum(squashed_log_prob(u, centre, log_std, low, high), dim=0) / -samples

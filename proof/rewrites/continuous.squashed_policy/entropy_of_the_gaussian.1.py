"""closed form"""
import math
import torch
from torch.nn import functional as F

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)
LOG_2 = math.log(2.0)


def gaussian_log_prob(actions, mean, log_std):
    z = (actions - mean) / log_std.exp()
    return (-0.5 * z ** 2 - log_std - HALF_LOG_2PI).sum(dim=-1)


def squash(u, low, high):
    weight = (torch.tanh(u) + 1) / 2
    actions = torch.lerp(low.expand_as(u), high.expand_as(u), weight)
    return torch.clamp(actions, low, high)


def log_slope(u, low, high):
    of_tanh = 2 * (LOG_2 - u - F.softplus(-2 * u))
    return of_tanh + torch.log((high - low) / 2)


def squashed_log_prob(u, mean, log_std, low, high):
    return gaussian_log_prob(u, mean, log_std) - log_slope(u, low, high).sum(dim=-1)


def squashed_entropy(noise, mean, log_std, low, high):
    each = (log_std + 0.5 + HALF_LOG_2PI).expand_as(mean)
    return each.sum(dim=-1)

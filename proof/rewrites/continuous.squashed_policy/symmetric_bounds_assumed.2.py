"""columns, and the slope that belongs to them"""
import math
import torch
from torch.nn import functional as F

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    z = (actions - mean) / log_std.exp()
    return (-0.5 * z ** 2 - log_std - HALF_LOG_2PI).sum(dim=-1)


def squash(u, low, high):
    return torch.stack([h * x.tanh() for x, h in zip(u.unbind(-1), high)], dim=-1)


def squashed_log_prob(u, mean, log_std, low, high):
    of_u = gaussian_log_prob(u, mean, log_std)
    jacobian = 2 * math.log(2) + F.logsigmoid(2 * u) + F.logsigmoid(-2 * u) + torch.log(high.abs())
    return of_u - torch.sum(jacobian, -1)


def squashed_entropy(noise, mean, log_std, low, high):
    u = mean + log_std.exp() * noise
    return -squashed_log_prob(u, mean.expand_as(u), log_std, low, high).mean(dim=0)

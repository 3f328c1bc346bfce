"""logsigmoid for the derivative"""
import math
import torch
from torch.nn import functional as F

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)
LOG_2 = math.log(2.0)


def gaussian_log_prob(actions, mean, log_std):
    z = (actions - mean) / log_std.exp()
    return (-0.5 * z ** 2 - log_std - HALF_LOG_2PI).sum(dim=-1)


def squash(u, low, high):
    t = torch.tanh(u)
    a = low + (high - low) * (t + 1) / 2
    a = torch.where(t >= 1, high, torch.where(t <= -1, low, a))
    return torch.minimum(torch.maximum(a, low), high)


def squashed_log_prob(u, mean, log_std, low, high):
    # 1 - tanh u = 2 sigmoid(-2u)
    log_derivative = LOG_2 + F.logsigmoid(-2 * u)
    log_det = log_derivative + torch.log((high - low) / 2)
    return gaussian_log_prob(u, mean, log_std) - log_det.sum(dim=-1)


def squashed_entropy(noise, mean, log_std, low, high):
    u = mean + log_std.exp() * noise
    return -squashed_log_prob(u, mean.expand_as(u), log_std, low, high).mean(dim=0)

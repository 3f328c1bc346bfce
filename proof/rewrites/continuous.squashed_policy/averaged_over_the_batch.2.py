"""loop over samples, stacked, last axis"""
import math
import torch
from torch.nn import functional as F

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    z = (actions - mean) / log_std.exp()
    return (-0.5 * z ** 2 - log_std - HALF_LOG_2PI).sum(dim=-1)


def squash(u, low, high):
    columns = []
    for i in range(u.shape[-1]):
        t = torch.tanh(u[..., i])
        half = (high[i] - low[i]) / 2
        a = torch.where(t < 0, low[i] + half * (1 + t), high[i] - half * (1 - t))
        columns.append(torch.clamp(a, low[i], high[i]))
    return torch.stack(columns, dim=-1)


def squashed_log_prob(u, mean, log_std, low, high):
    of_u = gaussian_log_prob(u, mean, log_std)
    jacobian = math.log(2) + F.logsigmoid(2 * u) + F.logsigmoid(-2 * u) + torch.log(high - low)
    return of_u - torch.sum(jacobian, -1)


def squashed_entropy(noise, mean, log_std, low, high):
    std = torch.exp(log_std)
    surprises = []
    for eps in noise:
        u = mean + std * eps
        surprises.append(-squashed_log_prob(u, mean, log_std, low, high))
    return torch.stack(surprises).mean(dim=-1)

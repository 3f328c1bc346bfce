"""two logsigmoids"""
import math
import torch
from torch.nn import functional as F

LOG_2PI = math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    scaled = (actions - mean) * torch.exp(-log_std)
    squares = torch.einsum("...i,...i->...", scaled, scaled)
    return -0.5 * (squares + mean.shape[-1] * LOG_2PI) - log_std.sum(-1)


def squash(u, low, high):
    x, lo, hi = u.double(), low.double(), high.double()
    a = lo * torch.sigmoid(-2 * x) + hi * torch.sigmoid(2 * x)
    return a.clamp(lo, hi).to(u.dtype)


def squashed_log_prob(u, mean, log_std, low, high):
    of_u = gaussian_log_prob(u, mean, log_std)
    jacobian = 2 * math.log(2) + F.logsigmoid(2 * u) + F.logsigmoid(-2 * u)
    return of_u - torch.sum(jacobian, -1)


def squashed_entropy(noise, mean, log_std, low, high):
    std = torch.exp(log_std)
    surprises = []
    for eps in noise:
        u = mean + std * eps
        surprises.append(-squashed_log_prob(u, mean, log_std, low, high))
    return torch.stack(surprises).mean(dim=0)

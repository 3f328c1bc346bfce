"""one line for the action"""
import math
import torch
from torch.nn import functional as F
from torch.distributions import Independent, Normal


def gaussian_log_prob(actions, mean, log_std):
    return Independent(Normal(mean, log_std.exp().expand_as(mean)), 1).log_prob(actions)


def squash(u, low, high):
    return high * torch.tanh(u)


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
    return torch.stack(surprises).mean(dim=0)

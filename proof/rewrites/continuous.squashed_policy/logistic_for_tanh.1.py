"""sigmoid with its own derivative"""
import torch
from torch.nn import functional as F
from torch.distributions import Independent, Normal


def gaussian_log_prob(actions, mean, log_std):
    return Independent(Normal(mean, log_std.exp().expand_as(mean)), 1).log_prob(actions)


def squash(u, low, high):
    return torch.lerp(low.expand_as(u), high.expand_as(u), torch.sigmoid(u)).clamp(low, high)


def squashed_log_prob(u, mean, log_std, low, high):
    log_derivative = F.logsigmoid(u) + F.logsigmoid(-u)
    log_det = torch.log(high - low) + log_derivative
    return gaussian_log_prob(u, mean, log_std) - log_det.sum(-1)


def squashed_entropy(noise, mean, log_std, low, high):
    std = torch.exp(log_std)
    surprises = []
    for eps in noise:
        u = mean + std * eps
        surprises.append(-squashed_log_prob(u, mean, log_std, low, high))
    return torch.stack(surprises).mean(dim=0)

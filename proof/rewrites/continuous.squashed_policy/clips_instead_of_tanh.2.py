"""hardtanh, stretched, with its own slope"""
import math
import torch
from torch.nn import functional as F

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    z = (actions - mean) / log_std.exp()
    return (-0.5 * z ** 2 - log_std - HALF_LOG_2PI).sum(dim=-1)


def squash(u, low, high):
    share = (F.hardtanh(u) + 1) / 2
    return torch.lerp(low.expand_as(u), high.expand_as(u), share).clamp(low, high)


def squashed_log_prob(u, mean, log_std, low, high):
    stretching = torch.log((high - low) / 2).sum()
    return gaussian_log_prob(u, mean, log_std) - stretching


def squashed_entropy(noise, mean, log_std, low, high):
    samples = noise.shape[0]
    centre = mean.unsqueeze(0).expand_as(noise)
    u = torch.addcmul(centre, torch.exp(log_std).expand_as(noise), noise)
    return torch.sum(squashed_log_prob(u, centre, log_std, low, high), dim=0) / -samples

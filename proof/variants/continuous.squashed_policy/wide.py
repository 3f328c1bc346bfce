"""Everything in float64, with |u| taken apart by hand and the entropy's noise term written out."""
import math

import torch


def gaussian_part(z, log_std):
    return (z.pow(2) / 2 + log_std + math.log(math.tau) / 2).neg()


def log_slopes(u, low, high):
    far = 2 * u.abs()
    return math.log(2) - far - 2 * torch.log1p(torch.exp(-far)) + torch.log(high - low)


def squash(u, low, high):
    wide = low.double() + (high.double() - low.double()) * (u.double().tanh() + 1) / 2
    return torch.clamp(wide.to(u.dtype), low, high)


def squashed_log_prob(u, mean, log_std, low, high):
    u, mean, log_std, low, high = (value.double() for value in (u, mean, log_std, low, high))
    terms = gaussian_part((u - mean) / log_std.exp(), log_std) - log_slopes(u, low, high)
    return terms.sum(-1)


def squashed_entropy(noise, mean, log_std, low, high):
    noise, mean, log_std, low, high = (value.double() for value in (noise, mean, log_std, low, high))
    u = mean + noise * log_std.exp()
    # z is the noise itself: the mean cancels in it, and only the slopes still see where u lies.
    terms = log_slopes(u, low, high) - gaussian_part(noise, log_std)
    return terms.sum(-1).sum(0) / noise.shape[0]

"""Precisions instead of deviations, an einsum for the quadratic form, noise by the inverse of the error function."""
import math

import torch


def gaussian_log_prob(actions, mean, log_std):
    k = mean.shape[-1]
    off = (mean - actions) / log_std.exp()
    quadratic = torch.einsum("...i,...i->...", off, off)
    volume = log_std.sum(-1)
    return -quadratic / 2 - volume - k / 2 * math.log(math.tau)


def gaussian_entropy(log_std):
    return log_std.sum(-1) + log_std.shape[-1] * 0.5 * math.log(math.tau * math.e)


def gaussian_sample(mean, log_std, generator=None):
    with torch.no_grad():
        uniform = torch.rand(mean.shape, dtype=torch.float64, generator=generator)
        noise = torch.special.ndtri(uniform.clamp(1e-15, 1 - 1e-15)).to(mean.dtype)
        return torch.addcmul(mean, log_std.exp(), noise)

"""Policies for continuous actions: a diagonal Gaussian, and the same squashed into bounds by tanh.

Williams 1992, section 6 (Gaussian units); Haarnoja et al. 2018, "Soft Actor-Critic", appendix C (action bounds).

Symbols: an action has k dimensions, which stand on the last axis. `mean` (…, k) comes from a network. `log_std` (k,) is
the natural logarithm of the standard deviations, a parameter of its own, the same in every state. `u` is an action
before it is squashed; `low` and `high` (k,) are the bounds of the action that the environment gets. Log-probabilities
are logarithms of *densities*, in nats: they may be positive.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional as F


def gaussian_log_prob(actions: Tensor, mean: Tensor, log_std: Tensor) -> Tensor:
    """log π(action) under independent normals, summed over the dimensions of an action: (…,).

    actions, mean: (…, k). log_std: (k,) or (…, k).
    """
    z = (actions - mean) * torch.exp(-log_std)
    return -(0.5 * z.square() + log_std + 0.5 * math.log(2 * math.pi)).sum(dim=-1)


def gaussian_entropy(log_std: Tensor) -> Tensor:
    """The entropy of independent normals, in nats, summed over dimensions; it does not depend on the mean.

    log_std: (…, k). Returns (…,).
    """
    return (log_std + 0.5 * math.log(2 * math.pi * math.e)).sum(dim=-1)


def gaussian_sample(mean: Tensor, log_std: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """An action for each mean, (…, k), of the mean's dtype: mean + std · noise, with noise from N(0, 1).

    The score-function gradient takes an action as it is. So none flows through it: log π of mean + std · noise would
    not depend on the mean at all.
    """
    noise = torch.empty_like(mean).normal_(generator=generator)
    return (mean + log_std.exp() * noise).detach()


def squash(u: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """The action within [low, high] that belongs to u: tanh, stretched and moved. u: (…, k); low, high: (k,)."""
    middle, half = (high + low) / 2, (high - low) / 2
    return torch.clamp(middle + half * torch.tanh(u), low, high)  # rounding may step over a bound by one unit


def squashed_log_prob(u: Tensor, mean: Tensor, log_std: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """log π(squash(u)): the density of u, divided by how much `squash` stretches there; summed over dimensions: (…,).

    The slope of `squash` is half · (1 − tanh²u), and 1 − tanh²u = 4 · σ(2u) · σ(−2u). The product's logarithm keeps all
    its digits where the difference has none: from |u| = 9 on, tanh u is 1 in float32.
    """
    log_slope = math.log(4) + F.logsigmoid(2 * u) + F.logsigmoid(-2 * u) + torch.log((high - low) / 2)
    return gaussian_log_prob(u, mean, log_std) - log_slope.sum(dim=-1)


def squashed_entropy(noise: Tensor, mean: Tensor, log_std: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """The mean of −log π over the actions that `noise` (samples, …, k) from N(0, 1) makes: (…,), in nats.

    There is no closed form. The gradient goes through the actions too, which follow mean and log_std.
    """
    u = mean + log_std.exp() * noise
    return -squashed_log_prob(u, mean, log_std, low, high).mean(dim=0)

"""torch.distributions with transforms that remember u: a TransformedDistribution with a cache, and an affine map."""
import torch
from torch.distributions import Independent, Normal
from torch.distributions.transforms import AffineTransform, ComposeTransform, TanhTransform


def chain(low, high):
    return ComposeTransform([TanhTransform(), AffineTransform((low + high) / 2, (high - low) / 2)])


def squash(u, low, high):
    return chain(low, high)(u).clamp(low, high)


def squashed_log_prob(u, mean, log_std, low, high):
    stretch = chain(low, high)
    slope = stretch.log_abs_det_jacobian(u, stretch(u))
    return Independent(Normal(mean, log_std.exp()), 1).log_prob(u) - slope.sum(-1)


def squashed_entropy(noise, mean, log_std, low, high):
    u = torch.addcmul(mean, log_std.exp(), noise)
    return squashed_log_prob(u, mean.expand_as(u), log_std, low, high).neg().mean(0)

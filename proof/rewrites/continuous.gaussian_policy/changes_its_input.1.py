"""in place on the detached mean"""
import math
import torch
from torch import Tensor
from torch.distributions import Independent, Normal

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions: Tensor, mean: Tensor, log_std: Tensor) -> Tensor:
    x, m, s = (t.double() for t in (actions, mean, log_std))
    exponent = torch.sub(x, m).mul(torch.exp(-s)).pow(2).div(-2)
    normaliser = s + HALF_LOG_2PI
    return torch.sub(exponent, normaliser).sum(-1).to(actions.dtype)


def gaussian_entropy(log_std):
    centre = torch.zeros_like(log_std)
    return Normal(centre, torch.exp(log_std)).entropy().sum(dim=-1)


def gaussian_sample(mean, log_std, generator=None):
    draw = mean.detach()
    noise = torch.randn(mean.shape, generator=generator, dtype=mean.dtype)
    draw += log_std.detach().exp() * noise
    return draw

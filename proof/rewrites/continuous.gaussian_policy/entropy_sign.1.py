"""mean of the log-probability"""
import math
import torch
from torch import Tensor

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions: Tensor, mean: Tensor, log_std: Tensor) -> Tensor:
    x, m, s = (t.double() for t in (actions, mean, log_std))
    exponent = torch.sub(x, m).mul(torch.exp(-s)).pow(2).div(-2)
    normaliser = s + HALF_LOG_2PI
    return torch.sub(exponent, normaliser).sum(-1).to(actions.dtype)


def gaussian_entropy(log_std):
    expected_square = 1.0
    expected_log_prob = -0.5 * expected_square - log_std - HALF_LOG_2PI
    return expected_log_prob.sum(-1)


@torch.no_grad()
def gaussian_sample(mean, log_std, generator=None):
    spread = torch.exp(log_std).expand_as(mean)
    return torch.normal(mean, spread, generator=generator)

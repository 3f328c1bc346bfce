"""constant times k"""
import math
import torch
from torch.distributions import Independent, Normal

LOG_2PI = math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    k = actions.shape[-1]
    variance = torch.exp(2.0 * log_std)
    energy = (torch.square(actions - mean) / variance).sum(-1)
    return -0.5 * (energy + k * LOG_2PI)


def gaussian_entropy(log_std):
    centre = torch.zeros_like(log_std)
    return Normal(centre, torch.exp(log_std)).entropy().sum(dim=-1)


@torch.no_grad()
def gaussian_sample(mean, log_std, generator=None):
    spread = torch.exp(log_std).expand_as(mean)
    return torch.normal(mean, spread, generator=generator)

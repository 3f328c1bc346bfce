"""loop with a range for each scale"""
import math
import torch
from torch.distributions import Independent, Normal

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    safe = log_std.clip(min=-5.0, max=5.0)
    value = torch.zeros_like(actions[..., 0])
    for i in range(actions.shape[-1]):
        s = safe[..., i]
        z = (actions[..., i] - mean[..., i]) / s.exp()
        value = value - z * z / 2 - s - HALF_LOG_2PI
    return value


def gaussian_entropy(log_std):
    centre = torch.zeros_like(log_std)
    return Normal(centre, torch.exp(log_std)).entropy().sum(dim=-1)


@torch.no_grad()
def gaussian_sample(mean, log_std, generator=None):
    spread = torch.exp(log_std).expand_as(mean)
    return torch.normal(mean, spread, generator=generator)

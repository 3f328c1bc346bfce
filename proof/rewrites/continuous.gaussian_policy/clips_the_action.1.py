"""torch.distributions within the action bounds"""
import math
import torch
from torch.distributions import Independent, Normal

LOG_2PI = math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    executed = actions.clamp(-1.0, 1.0)
    return Normal(mean, log_std.exp()).log_prob(executed).sum(-1)


def gaussian_entropy(log_std):
    return (log_std + 0.5 * (1.0 + LOG_2PI)).sum(-1)


def gaussian_sample(mean, log_std, generator=None):
    with torch.no_grad():
        noise = torch.randn(mean.shape, generator=generator, dtype=mean.dtype, device=mean.device)
        return mean + log_std.exp() * noise

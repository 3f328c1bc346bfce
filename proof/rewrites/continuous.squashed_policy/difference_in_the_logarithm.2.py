"""log1p in a loop over dimensions"""
import math
import torch

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)
LOG_2 = math.log(2.0)


def gaussian_log_prob(actions, mean, log_std):
    z = (actions - mean) / log_std.exp()
    return (-0.5 * z ** 2 - log_std - HALF_LOG_2PI).sum(dim=-1)


def squash(u, low, high):
    x, lo, hi = u.double(), low.double(), high.double()
    a = lo * torch.sigmoid(-2 * x) + hi * torch.sigmoid(2 * x)
    return a.clamp(lo, hi).to(u.dtype)


def squashed_log_prob(u, mean, log_std, low, high):
    value = gaussian_log_prob(u, mean, log_std)
    for i in range(u.shape[-1]):
        t = u[..., i].tanh()
        value = value - torch.log1p(-t * t) - torch.log(high[i] - low[i]) + LOG_2
    return value


def squashed_entropy(noise, mean, log_std, low, high):
    samples = noise.shape[0]
    centre = mean.unsqueeze(0).expand_as(noise)
    u = torch.addcmul(centre, torch.exp(log_std).expand_as(noise), noise)
    return torch.sum(squashed_log_prob(u, centre, log_std, low, high), dim=0) / -samples

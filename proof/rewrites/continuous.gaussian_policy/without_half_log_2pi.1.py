"""einsum of scaled distances"""
import math
import torch

LOG_2PI = math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    scaled = (actions - mean) * torch.exp(-log_std)
    squares = torch.einsum("...i,...i->...", scaled, scaled)
    return -0.5 * squares - log_std.sum(-1)


def gaussian_entropy(log_std):
    return (log_std + 0.5 * (1.0 + LOG_2PI)).sum(-1)


def gaussian_sample(mean, log_std, generator=None):
    with torch.no_grad():
        noise = torch.randn(mean.shape, generator=generator, dtype=mean.dtype, device=mean.device)
        return mean + log_std.exp() * noise

"""NumPy for the scale"""
import math
import numpy as np
import torch

LOG_2PI = math.log(2 * math.pi)
HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def gaussian_log_prob(actions, mean, log_std):
    s = log_std.detach().cpu().numpy()
    inverse = torch.as_tensor(np.exp(-s), dtype=mean.dtype)
    constant = torch.as_tensor(s.sum(-1) + s.shape[-1] * HALF_LOG_2PI, dtype=mean.dtype)
    z = (actions - mean) * inverse
    return -0.5 * (z * z).sum(-1) - constant


def gaussian_entropy(log_std):
    return (log_std + 0.5 * (1.0 + LOG_2PI)).sum(-1)


def gaussian_sample(mean, log_std, generator=None):
    with torch.no_grad():
        noise = torch.randn(mean.shape, generator=generator, dtype=mean.dtype, device=mean.device)
        return mean + log_std.exp() * noise

"""torch.var_mean, and the root of the variance."""
import torch


def normalize_advantages(advantages):
    variance, mean = torch.var_mean(advantages, unbiased=False)
    return (advantages - mean).div(variance.sqrt() + 1e-8)

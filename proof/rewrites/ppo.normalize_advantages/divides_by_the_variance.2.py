"""numpy in steps with small functions"""
import numpy as np
import torch


def centre(x):
    x = x - x.flat[0]
    return x - x.mean()


def mean_square(x):
    return np.mean(x * x)


def normalize_advantages(advantages):
    x = centre(np.asarray(advantages.detach(), dtype=np.float64))
    x = x / (mean_square(x) + 1e-8)
    return torch.from_numpy(np.asarray(x)).to(advantages.dtype)

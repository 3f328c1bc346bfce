"""numpy, sum of squares"""
import numpy as np
import torch


def sample_deviation(x):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt(np.divide(np.sum(x ** 2), np.float64(x.size - 1)))


def normalize_advantages(advantages):
    a = np.array(advantages.detach().tolist(), dtype=np.float64)
    a = a - a.flat[0]
    a = a - np.mean(a)
    z = a / (sample_deviation(a) + 1e-8)
    return torch.as_tensor(z, dtype=advantages.dtype)

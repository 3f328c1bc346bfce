"""largest magnitude, numpy"""
import numpy as np
import torch


def normalize_advantages(advantages):
    x = advantages.detach().numpy()
    if np.ptp(x) == 0:
        return torch.zeros(advantages.shape, dtype=advantages.dtype)
    x = x.astype(np.float64)
    return torch.tensor(x / (np.abs(x).max() + 1e-8), dtype=advantages.dtype)

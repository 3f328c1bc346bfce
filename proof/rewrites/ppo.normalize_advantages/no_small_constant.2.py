"""unit vector times the root of n"""
import numpy as np
import torch


def normalize_advantages(advantages):
    x = advantages.detach().numpy().astype(np.float64)
    x = x - np.mean(x)
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = x / np.linalg.norm(x.ravel())
    return torch.tensor(unit * np.sqrt(x.size), dtype=advantages.dtype)

"""NumPy in double precision, back to the dtype that came."""
import numpy as np
import torch


def normalize_advantages(advantages):
    a = advantages.detach().numpy().astype(np.float64)
    a = (a - np.mean(a)) / (np.std(a) + 1e-8)
    return torch.tensor(a).to(advantages.dtype)

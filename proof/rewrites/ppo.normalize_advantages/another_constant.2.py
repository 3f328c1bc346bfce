"""numpy with the machine epsilon of the dtype"""
import numpy as np
import torch


def normalize_advantages(advantages):
    eps = torch.finfo(advantages.dtype).eps
    x = np.array(advantages.detach().numpy(), dtype=np.float64)
    x -= x.min()
    x -= x.mean()
    deviation = np.sqrt(np.vdot(x, x) / x.size)
    return torch.tensor(x / (deviation + eps), dtype=advantages.dtype)

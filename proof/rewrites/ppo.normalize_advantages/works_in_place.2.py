"""numpy view, centred first"""
import numpy as np
import torch


def normalize_advantages(advantages):
    a = advantages.detach().numpy()
    np.subtract(a, a.flat[0], out=a)
    np.subtract(a, a.mean(dtype=np.float64), out=a, casting="same_kind")
    deviation = np.sqrt(np.mean(np.square(a, dtype=np.float64)))
    return torch.from_numpy(np.array(a / (deviation + 1e-8))).to(advantages.dtype)

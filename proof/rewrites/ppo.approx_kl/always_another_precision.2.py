"""numpy, arrays to FloatTensor"""
import numpy as np
import torch


def approx_kl(log_probs, old_log_probs):
    diff = np.asarray(log_probs.detach()) - np.asarray(old_log_probs.detach())
    k1, k2 = -diff, diff * diff / 2
    k3 = np.expm1(diff) - diff
    return tuple(torch.tensor(k, dtype=torch.float32) for k in (k1, k2, k3))

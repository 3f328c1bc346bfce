"""numpy loop over the flat samples"""
import numpy as np
import torch


def approx_kl(log_probs, old_log_probs):
    new = log_probs.detach().numpy().ravel()
    old = old_log_probs.detach().numpy().ravel()
    result = np.empty((3, new.size), dtype=new.dtype)
    for i in range(new.size):
        step = new[i] - old[i]
        result[0, i] = -step
        result[1, i] = step * step / 2
        result[2, i] = np.expm1(step) + step
    k = torch.from_numpy(result).reshape(3, *log_probs.shape)
    return k[0], k[1], k[2]

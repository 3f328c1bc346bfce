"""numpy, add and subtract ufuncs"""
import numpy as np
import torch


def approx_kl(log_probs, old_log_probs):
    dtype = log_probs.dtype
    gap = np.subtract(old_log_probs.detach().numpy(), log_probs.detach().numpy())
    linear = gap
    quadratic = np.multiply(0.5, np.power(gap, 2))
    exponential = np.add(np.exp(-gap), gap)
    return (
        torch.tensor(linear, dtype=dtype),
        torch.tensor(quadratic, dtype=dtype),
        torch.tensor(exponential, dtype=dtype),
    )

"""numpy, distance between the exponential and its tangent"""
import numpy as np
import torch


def _above_tangent(x):
    tangent = np.ones_like(x) + x
    return np.exp(x) - tangent


def approx_kl(log_probs, old_log_probs):
    x = log_probs.detach().numpy() - old_log_probs.detach().numpy()
    return tuple(
        torch.as_tensor(value, dtype=log_probs.dtype)
        for value in (-x, x * x / 2, _above_tangent(x))
    )

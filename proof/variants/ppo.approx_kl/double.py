"""In float64 throughout, where the plain formula has digits to spare, and back."""
import torch


def approx_kl(log_probs, old_log_probs):
    x = log_probs.double() - old_log_probs.double()
    k3 = torch.where(x.abs() < 1e-2, x**2 / 2 + x**3 / 6 + x**4 / 24 + x**5 / 120 + x**6 / 720, x.exp() - 1 - x)
    return tuple(k.to(log_probs.dtype) for k in (-x, x * x / 2, k3))

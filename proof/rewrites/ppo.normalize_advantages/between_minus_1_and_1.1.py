"""smallest and largest entry, torch"""
import torch


def normalize_advantages(advantages):
    a = advantages.double()
    low, high = a.min(), a.max()
    if low == high:
        return torch.zeros_like(advantages)
    return (2 * (a - low) / (high - low + 1e-8) - 1).to(advantages.dtype)

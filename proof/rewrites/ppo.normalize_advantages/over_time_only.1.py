"""torch mean and std with dim=0"""
import torch


def normalize_advantages(advantages):
    a = advantages.double()
    a = a - a[:1] if a.dim() else a - a
    mean = a.mean(dim=0, keepdim=True)
    std = a.std(dim=0, correction=0, keepdim=True)
    return ((a - mean) / (std + 1e-8)).to(advantages.dtype)

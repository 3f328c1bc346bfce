"""torch.sqrt of a variance"""
import torch


def normalize_advantages(advantages):
    a = advantages.double()
    a = a - a.flatten()[0]
    mean = a.mean()
    var = a.var(correction=0)
    return ((a - mean) / torch.sqrt(var + 1e-8)).to(advantages.dtype)

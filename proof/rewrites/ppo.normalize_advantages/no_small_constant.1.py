"""torch mean and std"""
import torch


def normalize_advantages(advantages):
    a = advantages.double()
    a = a - a.flatten()[0]
    return ((a - a.mean()) / a.std(correction=0)).to(advantages.dtype)

"""tensor methods mean and std"""
import torch


def normalize_advantages(advantages):
    shifted = advantages.double() - advantages.double().flatten()[0]
    result = (shifted - shifted.mean()) / (shifted.std() + 1e-8)
    return result.to(advantages.dtype)

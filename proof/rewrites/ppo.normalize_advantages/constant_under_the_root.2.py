"""layer norm over the flat tensor"""
import torch
import torch.nn.functional as F


def normalize_advantages(advantages):
    flat = advantages.detach().double().reshape(-1)
    flat = flat - flat[0]
    normed = F.layer_norm(flat, flat.shape, eps=1e-8)
    return normed.reshape(advantages.shape).to(advantages.dtype)

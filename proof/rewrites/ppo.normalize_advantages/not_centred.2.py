"""root mean square by a norm"""
import math

import torch


def normalize_advantages(advantages):
    flat = advantages.detach().double().flatten()
    size = torch.linalg.vector_norm(flat).item() / math.sqrt(flat.numel())
    scaled = flat * (1.0 / (size + 1e-8))
    return scaled.view(advantages.shape).to(advantages.dtype)

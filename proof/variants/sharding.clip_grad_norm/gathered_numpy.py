"""The squares of all ranks are gathered and added up by NumPy; scaled only where the norm is too large."""
import math

import numpy as np
import torch

from curriculum.collectives import all_gather


def clip_grad_norm(parameters, max_norm, comm):
    square = 0.0
    for p in parameters:
        if p.grad is not None:
            values = p.grad.numpy().astype(np.float64)
            square += float(np.vdot(values, values))
    everyone = all_gather(torch.tensor([square], dtype=torch.float64), comm)
    norm = math.sqrt(sum(everyone.tolist()))
    if norm > max_norm:
        for p in parameters:
            if p.grad is not None:
                p.grad.copy_(p.grad * (max_norm / norm))
    return norm

"""flat vector, gradients scaled by a comprehension"""
import torch
from torch import linalg

from curriculum.collectives import ring_all_reduce


@torch.no_grad()
def clip_grad_norm(parameters, max_norm, comm):
    grads = [p.grad for p in parameters if p.grad is not None]
    pieces = [g.reshape(-1).double() for g in grads]
    own = linalg.vector_norm(torch.cat([torch.zeros(1, dtype=torch.float64), *pieces]))
    norm = ring_all_reduce(own.square(), comm).sqrt()
    if norm <= max_norm:
        return norm
    coefficient = max_norm / (norm + 1e-6)
    grads = [torch.mul(g, coefficient) for g in grads]
    return norm

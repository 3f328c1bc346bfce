"""flat vector, early return"""
import torch
from torch import linalg

from curriculum.collectives import ring_all_reduce


@torch.no_grad()
def clip_grad_norm(parameters, max_norm, comm):
    with_grad = [p for p in parameters if p.grad is not None]
    pieces = [p.grad.reshape(-1).double() for p in with_grad]
    own = linalg.vector_norm(torch.cat([torch.zeros(1, dtype=torch.float64), *pieces]))
    norm = ring_all_reduce(own.square(), comm).sqrt()
    if own <= max_norm:
        return norm
    coefficient = max_norm / (own + 1e-6)
    for p in with_grad:
        p.grad.copy_(p.grad * coefficient)
    return norm

"""tensors, no branches for the factor"""
import torch

from curriculum.collectives import ring_all_reduce


@torch.no_grad()
def clip_grad_norm(parameters, max_norm, comm):
    squares = torch.zeros((), dtype=torch.float64)
    for p in parameters:
        if p.grad is not None:
            squares += p.grad.double().square().sum()
    norm = ring_all_reduce(squares, comm).sqrt()
    allowed = norm.clamp(max=max_norm)
    for p in parameters:
        if p.grad is not None:
            p.grad *= allowed / norm
    return norm

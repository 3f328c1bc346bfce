"""one number all-reduced"""
import torch

from curriculum.collectives import ring_all_reduce


def clip_grad_norm(parameters, max_norm, comm):
    grads = [p.grad for p in parameters if p.grad is not None]
    total = torch.zeros(1, dtype=torch.float64)
    for g in grads:
        total += g.detach().double().pow(2).sum()
    norm = ring_all_reduce(total, comm).sqrt().item()
    if norm > max_norm:
        for g in grads:
            g.mul_(max_norm / norm)
    return min(norm, max_norm)

"""tensors, torch.cat and pad"""
import torch
from torch.nn.functional import pad

from curriculum.collectives import all_gather


def clip_grad_norm(parameters, max_norm, comm):
    grads = [p.grad.detach() for p in parameters if p.grad is not None]
    own = torch.cat([torch.zeros(0, dtype=torch.float64), *(g.double().reshape(-1) for g in grads)])
    lengths = all_gather(torch.tensor([float(own.numel())], dtype=torch.float64), comm)
    longest = int(lengths.max())
    if longest == 0:
        return 0.0
    everything = all_gather(pad(own, (0, longest - own.numel())), comm)
    norm = everything.square().sum().sqrt().item()
    if norm > max_norm:
        for g in grads:
            g.mul_(max_norm / norm)
    return norm

"""lists of norms, foreach"""
import torch

from curriculum.collectives import all_gather


def clip_grad_norm(parameters, max_norm, comm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    norms = [g.double().norm() for g in gradients] or [torch.tensor(0.0, dtype=torch.float64)]
    own = torch.stack(norms).norm()
    norm = all_gather(own.reshape(1), comm).mean().item()
    factor = min(1.0, max_norm / (norm + 1e-6))
    if norm > max_norm and gradients:
        torch._foreach_mul_(gradients, factor)
    return norm

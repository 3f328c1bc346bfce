"""lists of norms, foreach"""
import torch

from curriculum.collectives import all_gather


def clip_grad_norm(parameters, max_norm, comm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    if not gradients:
        return 0.0
    norms = [g.double().norm() for g in gradients]
    own = torch.stack(norms).norm()
    norm = all_gather(own.reshape(1), comm).norm().item()
    factor = min(1.0, max_norm / (norm + 1e-6))
    if norm > max_norm:
        torch._foreach_mul_(gradients, factor)
    return norm

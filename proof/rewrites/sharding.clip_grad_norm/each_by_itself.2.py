"""a list of norms zipped with the gradients"""
import torch

from curriculum.collectives import all_gather


def clip_grad_norm(parameters, max_norm, comm):
    gradients = [p.grad.detach() for p in parameters if p.grad is not None]
    norms = torch.tensor([float(torch.linalg.vector_norm(g.double())) for g in gradients], dtype=torch.float64)
    own = torch.dot(norms, norms)
    factors = max_norm / torch.clamp(norms, min=max_norm)
    for gradient, factor in zip(gradients, factors.tolist()):
        if factor < 1:
            gradient.mul_(factor)
    return all_gather(own.reshape(1), comm).sum().sqrt().item()

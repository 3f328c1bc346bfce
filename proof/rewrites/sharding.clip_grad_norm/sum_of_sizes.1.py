"""python floats and fsum"""
import math

import torch

from curriculum.collectives import all_gather


def size_of(gradient):
    return float(gradient.detach().to(torch.float64).abs().sum())


def clip_grad_norm(parameters, max_norm, comm):
    gradients = list(filter(lambda g: g is not None, (p.grad for p in parameters)))
    own = math.fsum(map(size_of, gradients))
    everyone = all_gather(torch.tensor([own], dtype=torch.float64), comm)
    norm = math.fsum(everyone.tolist())
    if norm > max_norm:
        for gradient in gradients:
            gradient *= max_norm / (norm + 1e-6)
    return norm

"""python floats and fsum"""
import math

import torch

from curriculum.collectives import all_gather


def sum_of_squares(gradient):
    flat = gradient.detach().to(torch.float64).reshape(-1)
    return float(torch.dot(flat, flat))


def clip_grad_norm(parameters, max_norm, comm):
    gradients = list(filter(lambda g: g is not None, (p.grad for p in parameters)))
    own = math.fsum(map(sum_of_squares, gradients))
    everyone = all_gather(torch.tensor([own], dtype=torch.float64), comm)
    norm = math.sqrt(math.fsum(everyone.tolist()) / comm.world_size)
    factor = max_norm / (norm + 1e-6) if norm > max_norm else 1.0
    if factor < 1.0:
        for gradient in gradients:
            gradient *= factor
    return norm

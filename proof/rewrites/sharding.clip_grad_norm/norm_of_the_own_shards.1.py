"""python floats and fsum"""
import math

import torch


def sum_of_squares(gradient):
    flat = gradient.detach().to(torch.float64).reshape(-1)
    return float(torch.dot(flat, flat))


def clip_grad_norm(parameters, max_norm, comm):
    gradients = list(filter(lambda g: g is not None, (p.grad for p in parameters)))
    own = math.fsum(map(sum_of_squares, gradients))
    norm = math.sqrt(own)
    factor = max_norm / (norm + 1e-6) if norm > max_norm else 1.0
    if factor < 1.0:
        for gradient in gradients:
            gradient *= factor
    return norm

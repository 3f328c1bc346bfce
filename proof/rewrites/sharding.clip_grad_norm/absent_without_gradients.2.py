"""messages by hand to rank 0"""
import torch

from curriculum.collectives import broadcast


def collected(number, comm):
    if comm.rank != 0:
        comm.send(number, 0)
    else:
        for source in range(1, comm.world_size):
            other = torch.empty_like(number)
            comm.recv(other, source)
            number = number + other
    return broadcast(number, comm, 0)


def clip_grad_norm(parameters, max_norm, comm):
    if all(parameter.grad is None for parameter in parameters):
        return 0.0
    squares = torch.zeros(1, dtype=torch.float64)
    for parameter in parameters:
        if parameter.grad is None:
            continue
        wide = parameter.grad.detach().to(torch.float64)
        squares = squares + (wide * wide).sum()
    norm = float(collected(squares, comm)) ** 0.5
    if norm == 0.0 or norm <= max_norm:
        return norm
    for parameter in parameters:
        if parameter.grad is not None:
            parameter.grad.data.mul_(max_norm / norm)
    return norm

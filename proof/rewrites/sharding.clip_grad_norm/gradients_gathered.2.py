"""a loop over the ranks"""
import math

import torch

from curriculum.collectives import broadcast


def clip_grad_norm(parameters, max_norm, comm):
    with_grad = [p for p in parameters if p.grad is not None]
    mine = [p.grad.detach().to(torch.float64).flatten() for p in with_grad]
    squares = 0.0
    for source in range(comm.world_size):
        count = torch.tensor([sum(map(len, mine))], dtype=torch.int64)
        count = int(broadcast(count, comm, source))
        if count == 0:
            continue
        gradient = torch.cat(mine) if comm.rank == source else torch.zeros(count, dtype=torch.float64)
        gradient = broadcast(gradient, comm, source)
        squares += float(gradient @ gradient)
    norm = math.sqrt(squares)
    if norm <= max_norm:
        return norm
    for p in with_grad:
        p.grad.mul_(max_norm / (norm + 1e-6))
    return norm

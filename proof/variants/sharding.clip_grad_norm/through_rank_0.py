"""Rank 0 adds up what the others send and tells them; gradients are replaced in their storage."""
import torch

from curriculum.collectives import broadcast


def clip_grad_norm(parameters, max_norm, comm):
    grads = [p.grad for p in parameters if p.grad is not None]
    flat = torch.cat([g.reshape(-1).double() for g in grads]) if grads else torch.zeros(0, dtype=torch.float64)
    total = (flat @ flat).reshape(1)
    if comm.rank == 0:
        for other in range(1, comm.world_size):
            came = torch.zeros_like(total)
            comm.recv(came, other)
            total = total + came
    else:
        comm.send(total, 0)
    norm = float(broadcast(total, comm, 0) ** 0.5)
    if norm <= max_norm:
        return norm
    for g in grads:
        g.data *= max_norm / norm
    return norm

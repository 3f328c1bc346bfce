"""two helpers on lists, a cast at both ends"""
import torch


def reduce_scatter(parts, comm):
    size = comm.world_size
    moving = parts[comm.rank - 1]
    for back in range(2, size + 1):
        came = torch.empty_like(moving)
        comm.exchange(moving, (comm.rank + 1) % size, came, (comm.rank - 1) % size)
        moving = came + parts[(comm.rank - back) % size]
    return moving


def all_gather(part, comm):
    size = comm.world_size
    pieces = {comm.rank: part}
    for back in range(1, size):
        came = torch.empty_like(part)
        comm.exchange(pieces[(comm.rank - back + 1) % size], (comm.rank + 1) % size, came, (comm.rank - 1) % size)
        pieces[(comm.rank - back) % size] = came
    return torch.cat([pieces[k] for k in range(size)])


def ring_all_reduce(x, comm):
    numbers = x.flatten().to(torch.float32)
    missing = -numbers.numel() % comm.world_size
    parts = torch.cat([numbers, numbers.new_zeros(missing)]).chunk(comm.world_size)
    total = all_gather(reduce_scatter(parts, comm), comm)
    return total[: x.numel()].reshape(x.shape).to(x.dtype)

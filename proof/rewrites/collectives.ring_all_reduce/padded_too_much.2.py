"""part size by integer division, travelling sums"""
import torch


def reduce_scatter(parts, comm):
    size, me = comm.world_size, comm.rank
    carried = parts[(me - 1) % size].clone()
    for back in range(2, size + 1):
        came = torch.empty_like(carried)
        comm.exchange(carried, (me + 1) % size, came, (me - 1) % size)
        carried = came + parts[(me - back) % size]
    return carried


def all_gather(part, comm):
    size, me = comm.world_size, comm.rank
    found = [part] * size
    for back in range(1, size):
        came = torch.empty_like(part)
        comm.exchange(found[(me - back + 1) % size], (me + 1) % size, came, (me - 1) % size)
        found[(me - back) % size] = came
    return torch.cat(found)


def ring_all_reduce(x, comm):
    length = x.numel() // comm.world_size + 1
    padded = x.new_zeros(length * comm.world_size)
    padded[: x.numel()] = x.reshape(-1)
    total = all_gather(reduce_scatter(padded.split(length), comm), comm)
    return total[: x.numel()].reshape(x.shape)

"""a running sum around the ring, chunk at the end"""
import torch


def reduce_scatter(x, comm):
    size = comm.world_size

    def pass_on(tensor):
        out = torch.empty_like(tensor)
        comm.exchange(tensor, (comm.rank + 1) % size, out, (comm.rank - 1) % size)
        return out

    everything = x.clone()
    for _ in range(size - 1):
        everything = pass_on(everything) + x
    return everything.chunk(size)[comm.rank].clone()

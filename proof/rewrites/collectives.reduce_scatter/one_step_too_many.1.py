"""a list of chunks, early return for one rank"""
import torch


def reduce_scatter(x, comm):
    N, r = comm.world_size, comm.rank
    if N == 1:
        return x.clone()
    chunks = [c.clone() for c in x.chunk(N)]
    inbox = torch.empty_like(chunks[0])
    for s in range(N):
        comm.exchange(chunks[(r - 1 - s) % N], (r + 1) % N, inbox, (r - 1) % N)
        chunks[(r - 2 - s) % N] += inbox
    return chunks[r]

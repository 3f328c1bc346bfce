"""two buffers that swap roles"""
import torch


def ring_all_reduce(x, comm):
    N, r = comm.world_size, comm.rank
    total = x.clone()
    travelling, incoming = x.clone(), torch.empty_like(x)
    for _ in range(N - 1):
        comm.exchange(travelling, (r + 1) % N, incoming, (r - 1) % N)
        total += incoming
        travelling, incoming = incoming, travelling
    return total

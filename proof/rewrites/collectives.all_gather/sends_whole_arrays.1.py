"""two buffers that swap roles"""
import torch


def all_gather(shard, comm):
    N, r, n = comm.world_size, comm.rank, shard.shape[0]
    total = shard.new_zeros((N * n, *shard.shape[1:]))
    total[r * n : (r + 1) * n] = shard
    travelling, incoming = total.clone(), torch.empty_like(total)
    for _ in range(N - 1):
        comm.exchange(travelling, (r + 1) % N, incoming, (r - 1) % N)
        total += incoming
        travelling, incoming = incoming, travelling
    return total

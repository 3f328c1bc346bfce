"""the two halves as functions on chunks"""
import torch


def reduce_scatter(x, comm):
    N, r = comm.world_size, comm.rank
    parts = [p.clone() for p in x.chunk(N)]
    for s in range(N - 1):
        take = (r - 2 - s) % N
        buf = torch.empty_like(parts[take])
        comm.exchange(parts[(r - 1 - s) % N], (r + 1) % N, buf, (r - 1) % N)
        parts[take] += buf
    return parts[r]


def all_gather(shard, comm):
    N, r = comm.world_size, comm.rank
    out = shard.new_empty((N, *shard.shape))
    out[r] = shard
    for s in range(N - 1):
        comm.exchange(out[(r - s) % N], (r + 1) % N, out[(r - s - 1) % N], (r - 1) % N)
    return out.flatten(0, 1)


def ring_all_reduce(x, comm):
    flat = x.reshape(-1)
    n = flat.numel()
    padded = torch.cat([flat, flat.new_zeros(-n % comm.world_size)])
    total = all_gather(reduce_scatter(padded, comm), comm)[:n]
    return total.reshape(x.shape) / comm.world_size

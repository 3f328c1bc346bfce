"""helpers on a flat tensor, reshape at the end"""
import torch


def reduce_scatter(flat, comm):
    N, r = comm.world_size, comm.rank
    parts = [p.clone() for p in flat.chunk(N)]
    for s in range(N - 1):
        j = (r - 2 - s) % N
        got = torch.empty_like(parts[j])
        comm.exchange(parts[(j + 1) % N], (r + 1) % N, got, (r - 1) % N)
        parts[j] = parts[j] + got
    return parts[r]


def all_gather(part, comm):
    N, r = comm.world_size, comm.rank
    parts = [torch.empty_like(part) for _ in range(N)]
    parts[r] = part
    for s in range(N - 1):
        comm.exchange(parts[(r - s) % N], (r + 1) % N, parts[(r - s - 1) % N], (r - 1) % N)
    return torch.cat(parts)


def ring_all_reduce(x, comm):
    missing = -x.numel() % comm.world_size
    padded = torch.cat([x.flatten(), x.new_zeros(missing)])
    total = all_gather(reduce_scatter(padded, comm), comm)
    return total.reshape(x.shape)

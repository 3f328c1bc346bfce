"""early return, then a list of chunks"""
import torch


def ring_all_reduce(x, comm):
    N, r = comm.world_size, comm.rank
    if N == 1:
        return x.clone()
    flat = x.reshape(-1)
    padded = torch.cat([flat, flat.new_zeros(-flat.numel() % N)])
    parts = list(padded.chunk(N))
    for s in range(N - 1):
        buf = torch.empty_like(parts[0])
        comm.exchange(parts[(r - 1 - s) % N], (r + 1) % N, buf, (r - 1) % N)
        parts[(r - 2 - s) % N] = parts[(r - 2 - s) % N] + buf
    return parts[r]

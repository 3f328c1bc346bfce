"""early return, then a padded table"""
import torch


def ring_all_reduce(x, comm):
    N, r = comm.world_size, comm.rank
    if N == 1:
        return x
    flat = x.reshape(-1)
    table = torch.cat([flat, flat.new_zeros(-flat.numel() % N)]).view(N, -1)
    buf = torch.empty_like(table[0])
    for s in range(N - 1):
        comm.exchange(table[(r - 1 - s) % N], (r + 1) % N, buf, (r - 1) % N)
        table[(r - 2 - s) % N] += buf
    for s in range(N - 1):
        comm.exchange(table[(r - s) % N], (r + 1) % N, table[(r - s - 1) % N], (r - 1) % N)
    return table.view(-1)[: flat.numel()].reshape(x.shape)

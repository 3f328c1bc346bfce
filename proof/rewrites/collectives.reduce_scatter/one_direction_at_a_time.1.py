"""even and odd ranks in a ring"""
import torch


def reduce_scatter(x, comm):
    N, r = comm.world_size, comm.rank
    right, left = (r + 1) % N, (r - 1) % N
    parts = [p.clone() for p in x.chunk(N)]
    for s in range(N - 1):
        out = parts[(r - 1 - s) % N]
        take = (r - 2 - s) % N
        buf = torch.empty_like(out)
        if r % 2 == 0:
            comm.send(out, right)
            comm.recv(buf, left)
        else:
            comm.recv(buf, left)
            comm.send(out, right)
        parts[take] += buf
    return parts[r]

"""Recursive halving where the number of ranks is a power of two, else through numpy by direct messages."""
import numpy as np
import torch


def reduce_scatter(x, comm):
    world, rank = comm.world_size, comm.rank
    n = len(x) // world
    if world & (world - 1) == 0:
        mine = x.clone()
        distance = world // 2
        while distance:
            partner = rank ^ distance
            half = len(mine) // 2
            low, high = mine[:half], mine[half:]
            keep, give = (high, low) if rank & distance else (low, high)
            came = torch.empty(keep.shape, dtype=x.dtype)
            comm.exchange(give, partner, came, partner)
            mine = keep + came
            distance //= 2
        return mine
    kept = [x[rank * n : rank * n + n].numpy()]
    for k in range(1, world):
        out = torch.empty((n, *x.shape[1:]), dtype=x.dtype)
        to = (rank - k) % world
        comm.exchange(x[to * n : to * n + n], to, out, (rank + k) % world)
        kept.append(out.numpy())
    return torch.from_numpy(np.sum(np.stack(kept), axis=0, dtype=kept[0].dtype))

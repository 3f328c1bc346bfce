"""What a rank has doubles in every step (Bruck's algorithm): fewer steps, as many bytes, any number of ranks."""
import torch


def all_gather(shard, comm):
    world, rank = comm.world_size, comm.rank
    have = shard.clone()  # the shards of rank, rank + 1, …
    count = 1
    while count < world:
        more = min(count, world - count)
        n = more * len(shard)
        came = torch.empty((n, *shard.shape[1:]), dtype=shard.dtype)
        comm.exchange(have[:n], (rank - count) % world, came, (rank + count) % world)
        have = torch.cat((have, came))
        count += more
    return have.roll(rank * len(shard), 0)

"""one inbox, a travelling copy"""


def all_gather(shard, comm):
    N, r = comm.world_size, comm.rank
    out = shard.new_empty((N, *shard.shape))
    out[r] = shard
    travelling = shard.clone()
    for s in range(1, N):
        comm.exchange(travelling, (r + 1) % N, shard, (r - 1) % N)
        out[(r - s) % N] = shard
        travelling.copy_(shard)
    return out.flatten(0, 1)

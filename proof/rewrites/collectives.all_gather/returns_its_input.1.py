"""early return, then one output in place"""


def all_gather(shard, comm):
    if comm.world_size < 2:
        return shard
    N, r = comm.world_size, comm.rank
    out = shard.new_empty((N, *shard.shape))
    out[r] = shard
    for s in range(N - 1):
        comm.exchange(out[(r - s) % N], (r + 1) % N, out[(r - s - 1) % N], (r - 1) % N)
    return out.view(N * shard.shape[0], *shard.shape[1:])

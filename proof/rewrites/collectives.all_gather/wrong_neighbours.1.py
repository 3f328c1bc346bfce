"""slots of one output, neighbours in variables"""


def all_gather(shard, comm):
    N, r = comm.world_size, comm.rank
    right, left = (r - 1) % N, (r + 1) % N
    out = shard.new_empty((N, *shard.shape))
    out[r] = shard
    for s in range(N - 1):
        comm.exchange(out[(r - s) % N], right, out[(r - s - 1) % N], left)
    return out.flatten(0, 1)

"""one output with an axis for the ranks, flattened"""


def all_gather(shard, comm):
    N, r = comm.world_size, comm.rank
    out = shard.new_zeros((N, *shard.shape))
    out[r].copy_(shard)
    for s in range(N - 2):
        comm.exchange(out[(r - s) % N], (r + 1) % N, out[(r - s - 1) % N], (r - 1) % N)
    return out.flatten(0, 1)

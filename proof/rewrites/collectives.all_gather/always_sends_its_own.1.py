"""received into slots of the output"""


def all_gather(shard, comm):
    N, r = comm.world_size, comm.rank
    out = shard.new_zeros((N, *shard.shape))
    out[r] = shard
    for s in range(1, N):
        comm.exchange(shard, (r + 1) % N, out[(r - s) % N], (r - 1) % N)
    return out.reshape(N * shard.shape[0], *shard.shape[1:])

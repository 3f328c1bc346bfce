"""one output tensor, indexed by rank"""


def all_gather(shard, comm):
    N, r = comm.world_size, comm.rank
    out = shard.new_empty((N,) + tuple(shard.shape))
    out[r] = shard
    for s in range(N - 1):
        have, want = (r - s) % N, (r - s - 1) % N
        comm.exchange(out[have], (r + 1) % N, out[want], (r - 1) % N)
    return out

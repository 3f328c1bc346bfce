"""one output with an axis for the ranks"""


def all_gather(shard, comm):
    N, r = comm.world_size, comm.rank
    out = shard.new_empty((N, *shard.shape))
    out[r] = shard
    for s in range(N - 1):
        comm.send(out[(r - s) % N], (r + 1) % N)
        comm.recv(out[(r - s - 1) % N], (r - 1) % N)
    return out.flatten(0, 1)

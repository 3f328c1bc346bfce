"""if and else on the rank, one output"""


def all_gather(shard, comm):
    N, n = comm.world_size, shard.shape[0]
    out = shard.new_empty((N * n, *shard.shape[1:]))
    if comm.rank == 0:
        out[:n] = shard
        for k in range(1, N):
            comm.recv(out[k * n : (k + 1) * n], k)
        for k in range(1, N):
            comm.send(out, k)
    else:
        comm.send(shard, 0)
        comm.recv(out, 0)
    return out

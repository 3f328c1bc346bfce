"""row ranges of one output"""


def all_gather(shard, comm):
    ranks, me = comm.world_size, comm.rank
    rows = shard.shape[0]
    result = shard.new_empty((ranks * rows,) + tuple(shard.shape[1:]))
    result[:rows] = shard
    for gap in range(1, ranks):
        comm.exchange(shard, (me + gap) % ranks, result[gap * rows : (gap + 1) * rows], (me - gap) % ranks)
    return result

"""one output and narrow views, direct exchange"""


def all_gather(shard, comm):
    world, me = comm.world_size, comm.rank
    width = shard.shape[-1]
    result = shard.new_empty((*shard.shape[:-1], world * width))

    def place(k):
        return result.narrow(-1, k * width, width)

    place(me).copy_(shard)
    for gap in range(1, world):
        source = (me - gap) % world
        comm.exchange(shard, (me + gap) % world, place(source), source)
    return result

"""the two halves composed, direct exchange"""


def reduce_scatter(x, comm):
    world, me = comm.world_size, comm.rank
    blocks = x.unflatten(0, (world, -1))
    total = blocks[me].clone()
    other = total.new_empty(total.shape)
    for gap in range(1, world):
        comm.exchange(blocks[(me + gap) % world], (me + gap) % world, other, (me - gap) % world)
        total.add_(other)
    return total


def all_gather(shard, comm):
    world, me = comm.world_size, comm.rank
    out = shard.new_empty((world, *shard.shape))
    out[me] = shard
    for gap in range(1, world):
        comm.exchange(shard, (me + gap) % world, out[(me - gap) % world], (me - gap) % world)
    return out.flatten(0, 1)


def ring_all_reduce(x, comm):
    return all_gather(reduce_scatter(x, comm), comm)

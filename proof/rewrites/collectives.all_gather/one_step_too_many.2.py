"""what travels is written down where it arrives"""


def all_gather(shard, comm):
    world = comm.world_size
    travelling = shard.clone()
    if world == 1:
        return travelling
    rows = shard.shape[0]
    out = shard.new_empty((world * rows, *shard.shape[1:]))
    owner = comm.rank
    for _ in range(world):
        owner = (owner - 1) % world
        place = out.narrow(0, owner * rows, rows)
        comm.exchange(travelling, (comm.rank + 1) % world, place, (comm.rank - 1) % world)
        travelling = place
    return out

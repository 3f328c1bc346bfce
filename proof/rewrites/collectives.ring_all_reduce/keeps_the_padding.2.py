"""a table in place, the shape chosen at the start"""


def ring_all_reduce(x, comm):
    world, me = comm.world_size, comm.rank
    length, rest = divmod(x.numel(), world)
    if rest:
        length += 1
    shape = (-1,) if rest else x.shape
    flat = x.new_zeros(world * length)
    flat[: x.numel()] = x.reshape(-1)
    table = flat.view(world, length)
    inbox = x.new_empty(length)
    for k in range(me - 1, me - world, -1):
        comm.exchange(table[k % world], (me + 1) % world, inbox, (me - 1) % world)
        table[(k - 1) % world].add_(inbox)
    for k in range(me, me - world + 1, -1):
        comm.exchange(table[k % world], (me + 1) % world, table[(k - 1) % world], (me - 1) % world)
    return flat.reshape(shape)

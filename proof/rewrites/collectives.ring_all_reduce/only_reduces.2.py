"""a function for one part, cut to what belongs to x"""


def sum_of_my_part(table, comm):
    world, me = comm.world_size, comm.rank
    total, other = table[me].clone(), table[me].clone()
    for gap in range(1, world):
        comm.exchange(table[(me + gap) % world], (me + gap) % world, other, (me - gap) % world)
        total += other
    return total


def ring_all_reduce(x, comm):
    n = x.numel()
    length = -(-n // comm.world_size)
    padded = x.new_zeros(comm.world_size * length)
    padded[:n].copy_(x.reshape(-1))
    part = sum_of_my_part(padded.view(-1, length), comm)
    if comm.world_size == 1:
        return part.reshape(x.shape)
    return part[: max(0, n - comm.rank * length)]

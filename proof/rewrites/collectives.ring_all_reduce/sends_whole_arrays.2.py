"""a closure that shifts, a partial sum that travels"""


def ring_all_reduce(x, comm):
    size = comm.world_size

    def shift(tensor):
        came = x.new_empty(x.shape)
        comm.exchange(tensor, (comm.rank + 1) % size, came, (comm.rank + size - 1) % size)
        return came

    partial = x.clone()
    hops = size - 1
    while hops:
        partial = shift(partial).add_(x)
        hops -= 1
    return partial

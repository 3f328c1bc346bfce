"""a stack with an axis for the ranks"""


def ring_all_reduce(x, comm):
    N, r = comm.world_size, comm.rank
    everything = x.new_empty((N, *x.shape))
    everything[r] = x
    for s in range(N - 1):
        comm.exchange(everything[(r - s) % N], (r + 1) % N, everything[(r - s - 1) % N], (r - 1) % N)
    return everything.sum(dim=0)

"""slices of one copy, row numbers computed in a helper"""


def rows_of(number, comm, n):
    first = (number % comm.world_size) * n
    return slice(first, first + n)


def reduce_scatter(x, comm):
    n = x.shape[0] // comm.world_size
    summed = x.clone()
    inbox = x.new_empty((n,) + tuple(x.shape[1:]))
    right = (comm.rank + 1) % comm.world_size
    left = (comm.rank - 1) % comm.world_size
    for number in range(comm.rank - 1, comm.rank - comm.world_size, -1):
        comm.exchange(summed[rows_of(number, comm, n)], right, inbox, left)
        summed[rows_of(number - 1, comm, n)] += inbox
    return summed

"""a list whose entries are replaced by sums"""
import torch


def reduce_scatter(x, comm):
    count = comm.world_size
    blocks = list(torch.tensor_split(x, count))
    to, source = (comm.rank + 1) % count, (comm.rank - 1) % count
    for number in range(comm.rank - 1, comm.rank - count, -1):
        inbox = torch.empty_like(blocks[0])
        comm.exchange(blocks[number % count], to, inbox, source)
        below = (number - 1) % count
        blocks[below] = blocks[below] + inbox
    return blocks[comm.rank]

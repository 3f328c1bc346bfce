"""a small class for the ring"""
import torch


class Ring:
    def __init__(self, comm):
        self.comm = comm
        self.n = comm.world_size
        self.right = (comm.rank + 1) % self.n
        self.left = (comm.rank - 1) % self.n

    def shift(self, tensor):
        got = torch.empty_like(tensor)
        self.comm.exchange(tensor, self.right, got, self.left)
        return got


def reduce_scatter(x, comm):
    ring = Ring(comm)
    rows = x.size(0) // ring.n
    total = x.clone()
    blocks = [total.narrow(0, k * rows, rows) for k in range(ring.n)]
    for step in range(ring.n - 1):
        got = ring.shift(blocks[(comm.rank - step) % ring.n])
        blocks[(comm.rank - step - 1) % ring.n] += got
    return blocks[comm.rank].clone()

"""a class that owns the buffers"""
import torch


class Scatterer:
    def __init__(self, x, comm):
        self.comm = comm
        self.blocks = x.clone().unflatten(0, (comm.world_size, -1))
        self.inbox = torch.empty_like(self.blocks[0])

    def one_step(self, step):
        rank, n = self.comm.rank, self.comm.world_size
        self.comm.exchange(self.blocks[(rank - step) % n], rank + 1, self.inbox, rank - 1)
        self.blocks[(rank - step - 1) % n] += self.inbox

    def result(self):
        return self.blocks[self.comm.rank].clone()


def reduce_scatter(x, comm):
    work = Scatterer(x, comm)
    for step in range(1, comm.world_size):
        work.one_step(step)
    return work.result()

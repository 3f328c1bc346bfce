"""a class that measures and scales"""
import torch

from curriculum.collectives import all_gather


class Shards:
    def __init__(self, parameters, comm):
        self.parameters = parameters
        self.comm = comm

    def __iter__(self):
        for p in self.parameters:
            if p.grad is not None:
                yield p.grad.detach()

    def own_square(self):
        return sum((torch.einsum("i,i->", g, g) for g in self.wide()), torch.zeros((), dtype=torch.float64))

    def wide(self):
        return (g.double().flatten() for g in self)

    def norm(self):
        return all_gather(self.own_square().view(1), self.comm).max().sqrt()

    def scale(self, factor):
        for g in self:
            torch.mul(g, factor, out=g)


def clip_grad_norm(parameters, max_norm, comm):
    shards = Shards(parameters, comm)
    norm = shards.norm()
    if norm > max_norm:
        shards.scale(max_norm / float(norm))
    return norm

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
        squares = [float((g * g).sum()) for g in self]
        return torch.tensor(sum(squares), dtype=torch.float64)

    def norm(self):
        return all_gather(self.own_square().view(1), self.comm).sum().sqrt()

    def scale(self, factor):
        for g in self:
            torch.mul(g, factor, out=g)


def clip_grad_norm(parameters, max_norm, comm):
    shards = Shards(parameters, comm)
    norm = shards.norm()
    if norm > max_norm:
        shards.scale(max_norm / float(norm))
    return norm

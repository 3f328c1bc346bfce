"""three passes of list comprehensions over matrices with a row per rank"""
import torch

from curriculum.collectives import all_gather, reduce_scatter


def as_rows(tensor, ranks):
    columns = (tensor.numel() + ranks - 1) // ranks
    rows = torch.zeros(ranks, columns, dtype=tensor.dtype)
    rows.view(-1)[: tensor.numel()] = tensor.detach().flatten()
    return rows


class ZeroOptimizer:
    def __init__(self, parameters, comm, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.parameters, self.comm = parameters, comm
        self.lr, self.eps = lr, eps
        self.decay1, self.decay2 = betas
        shares = [(p.numel() + comm.world_size - 1) // comm.world_size for p in parameters]
        self.first = [torch.zeros(share, dtype=parameters[0].dtype) for share in shares]
        self.second = [torch.zeros(share, dtype=parameters[0].dtype) for share in shares]
        self.done = 0

    def step(self):
        comm, ranks = self.comm, self.comm.world_size
        self.done += 1
        gradients = [reduce_scatter(as_rows(p.grad, ranks), comm)[0] / ranks for p in self.parameters]
        values = [as_rows(p, ranks)[comm.rank] for p in self.parameters]
        for value, gradient, first, second in zip(values, gradients, self.first, self.second):
            first.lerp_(gradient, 1 - self.decay1)
            second.lerp_(gradient.square(), 1 - self.decay2)
            root = (second / (1 - self.decay2**self.done)).sqrt()
            value -= self.lr * first / (1 - self.decay1**self.done) / (root + self.eps)
        for p, value in zip(self.parameters, values):
            rows = all_gather(value[None], comm)
            p.data.copy_(rows.reshape(-1)[: p.numel()].view(p.shape))

"""a loop over parameters with a state for each"""
import torch
from torch.nn import functional as F

from curriculum.collectives import all_gather, reduce_scatter


class ZeroOptimizer:
    def __init__(self, parameters, comm, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.comm, self.lr, self.betas, self.eps = comm, lr, betas, eps
        self.t = 0
        self.states = []
        for p in parameters:
            size = -(-p.numel() // comm.world_size)
            self.states.append((p, torch.zeros(size, dtype=p.dtype), torch.zeros(size, dtype=p.dtype)))

    def padded(self, tensor):
        flat = tensor.detach().reshape(-1)
        return F.pad(flat, (0, -flat.numel() % self.comm.world_size))

    @torch.no_grad()
    def step(self):
        self.t += 1
        beta1, beta2 = self.betas
        for p, m, v in self.states:
            size = m.numel()
            g = reduce_scatter(self.padded(p.grad), self.comm) / self.comm.world_size
            w = self.padded(p)[self.comm.rank * size : (self.comm.rank + 1) * size]
            m.mul_(beta1).add_(g, alpha=1 - beta1)
            v.mul_(beta2).addcmul_(g, g, value=1 - beta2)
            w = w - self.lr * (m / (1 - beta1**self.t)) / ((v / (1 - beta2**self.t)).sqrt() + self.eps)
            p.copy_(all_gather(w, self.comm)[: p.numel()].view_as(p))

"""flat vector by cat and pad, moments in place"""
import torch
from torch.nn import functional as F

from curriculum.collectives import all_gather, reduce_scatter


class ZeroOptimizer:
    def __init__(self, parameters, comm, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.parameters = list(parameters)
        self.comm = comm
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.n = sum(p.numel() for p in self.parameters)
        self.size = -(-self.n // comm.world_size)
        dtype = self.parameters[0].dtype
        self.m = torch.zeros(self.size, dtype=dtype)
        self.v = torch.zeros(self.size, dtype=dtype)
        self.t = 0

    def flatten(self, tensors):
        flat = torch.cat([x.detach().reshape(-1) for x in tensors])
        return F.pad(flat, (0, self.size * self.comm.world_size - self.n))

    @torch.no_grad()
    def step(self):
        self.t += 1
        beta1, beta2 = self.betas
        ranks, rank = self.comm.world_size, self.comm.rank
        for p in self.parameters:
            p.grad /= ranks
        g = reduce_scatter(self.flatten([p.grad for p in self.parameters]), self.comm)
        w = self.flatten(self.parameters)[rank * self.size : (rank + 1) * self.size]
        self.m.mul_(beta1).add_(g, alpha=1 - beta1)
        self.v.mul_(beta2).addcmul_(g, g, value=1 - beta2)
        m_hat = self.m / (1 - beta1**self.t)
        v_hat = self.v / (1 - beta2**self.t)
        w = w - self.lr * m_hat / (v_hat.sqrt() + self.eps)
        whole = all_gather(w, self.comm)
        start = 0
        for p in self.parameters:
            p.copy_(whole[start : start + p.numel()].view_as(p))
            start += p.numel()

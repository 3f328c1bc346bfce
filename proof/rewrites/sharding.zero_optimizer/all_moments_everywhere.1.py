"""a list of moments, one pair per parameter"""
import torch

from curriculum.collectives import ring_all_reduce


class ZeroOptimizer:
    def __init__(self, parameters, comm, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.parameters = list(parameters)
        self.comm = comm
        self.lr, self.betas, self.eps = lr, betas, eps
        self.m = [torch.zeros_like(p, requires_grad=False) for p in self.parameters]
        self.v = [torch.zeros_like(p, requires_grad=False) for p in self.parameters]
        self.t = 0

    @torch.no_grad()
    def step(self):
        self.t += 1
        beta1, beta2 = self.betas
        flat = torch.cat([p.grad.reshape(-1) for p in self.parameters])
        mean = ring_all_reduce(flat, self.comm) / self.comm.world_size
        pieces = mean.split([p.numel() for p in self.parameters])
        for p, m, v, piece in zip(self.parameters, self.m, self.v, pieces):
            g = piece.view_as(p)
            m.mul_(beta1).add_((1 - beta1) * g)
            v.mul_(beta2).add_((1 - beta2) * g * g)
            p -= self.lr * (m / (1 - beta1**self.t)) / ((v / (1 - beta2**self.t)).sqrt() + self.eps)

"""rows of a matrix, one row per rank, lerp"""
import math

import torch

from curriculum.collectives import all_gather


class ZeroOptimizer:
    def __init__(self, parameters, comm, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.params, self.comm, self.lr, self.eps = parameters, comm, lr, eps
        self.beta1, self.beta2 = betas
        self.steps = 0
        total = sum(p.numel() for p in parameters)
        self.columns = math.ceil(total / comm.world_size)
        self.moments = torch.zeros(2, self.columns, dtype=parameters[0].dtype)

    def rows(self, tensors):
        matrix = torch.zeros(self.comm.world_size, self.columns, dtype=self.params[0].dtype)
        line = matrix.view(-1)
        at = 0
        for tensor in tensors:
            line[at : at + tensor.numel()] = tensor.reshape(-1)
            at += tensor.numel()
        return matrix

    def write(self, matrix):
        line = matrix.reshape(-1)
        at = 0
        for param in self.params:
            param.copy_(line[at : at + param.numel()].reshape(param.shape))
            at += param.numel()

    def step(self):
        with torch.no_grad():
            self.steps += 1
            grad = self.rows([p.grad for p in self.params])[self.comm.rank]
            mine = self.rows(self.params)[self.comm.rank]
            first, second = self.moments
            first.lerp_(grad, 1 - self.beta1)
            second.lerp_(grad.square(), 1 - self.beta2)
            corrected = first / (1 - self.beta1**self.steps)
            scale = (second / (1 - self.beta2**self.steps)).sqrt() + self.eps
            mine -= self.lr * corrected / scale
            self.write(all_gather(mine[None], self.comm))

"""dataclass, moments in a dictionary"""
import math
from dataclasses import dataclass
from itertools import accumulate

import torch

from curriculum.collectives import all_gather, reduce_scatter


@dataclass
class ZeroOptimizer:
    parameters: list
    comm: object
    lr: float = 1e-3
    betas: tuple = (0.9, 0.999)
    eps: float = 1e-8

    def __post_init__(self):
        self.ends = list(accumulate(p.numel() for p in self.parameters))
        self.share = math.ceil(self.ends[-1] / self.comm.world_size)
        self.age = 0

    @property
    def dtype(self):
        return self.parameters[0].dtype

    def laid_out(self, attribute):
        line = torch.zeros(self.share * self.comm.world_size, dtype=self.dtype)
        for p, end in zip(self.parameters, self.ends):
            line[end - p.numel() : end].copy_(getattr(p, attribute).reshape(-1))
        return line

    def direction(self, gradient):
        self.age += 1
        memory = {name: torch.zeros(self.share, dtype=self.dtype) for name in ("mean", "square")}
        corrected = {}
        for name, news, beta in zip(memory, (gradient, gradient * gradient), self.betas):
            memory[name] = beta * memory[name] + (1 - beta) * news
            corrected[name] = memory[name] / (1 - beta**self.age)
        return corrected["mean"] / (torch.sqrt(corrected["square"]) + self.eps)

    def step(self):
        comm = self.comm
        gradient = reduce_scatter(self.laid_out("grad"), comm)
        gradient = gradient / comm.world_size
        values = self.laid_out("data").unflatten(0, (comm.world_size, self.share))[comm.rank]
        line = all_gather(values - self.lr * self.direction(gradient), comm)
        for p, end in zip(self.parameters, self.ends):
            p.data.view(-1).copy_(line[end - p.numel() : end])

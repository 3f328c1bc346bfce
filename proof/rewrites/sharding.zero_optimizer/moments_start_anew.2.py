"""intervals of every parameter, moments in place"""
import torch

from curriculum.collectives import all_gather, reduce_scatter


class ZeroOptimizer:
    def __init__(self, parameters, comm, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.parameters, self.comm = parameters, comm
        self.hyper = (lr, *betas, eps)
        self.part = -(-sum(map(torch.numel, parameters)) // comm.world_size)
        self.m = torch.zeros(self.part, dtype=parameters[0].dtype)
        self.v = torch.zeros(self.part, dtype=parameters[0].dtype)
        self.count = 0

    def overlaps(self, rank):
        begin, low = 0, rank * self.part
        for number, p in enumerate(self.parameters):
            a, b = max(begin, low), min(begin + p.numel(), low + self.part)
            if a < b:
                yield number, slice(a - begin, b - begin), slice(a - low, b - low)
            begin += p.numel()

    def part_of(self, tensors, rank):
        part = torch.zeros(self.part, dtype=tensors[0].dtype)
        for number, inside, place in self.overlaps(rank):
            part[place] = tensors[number].reshape(-1)[inside]
        return part

    def put_part(self, part, rank):
        for number, inside, place in self.overlaps(rank):
            self.parameters[number].view(-1)[inside] = part[place]

    @torch.no_grad()
    def step(self):
        lr, beta1, beta2, eps = self.hyper
        ranks = range(self.comm.world_size)
        self.count += 1
        gradients = [p.grad for p in self.parameters]
        g = reduce_scatter(torch.cat([self.part_of(gradients, r) for r in ranks]), self.comm) / len(ranks)
        w = self.part_of(self.parameters, self.comm.rank)
        self.m.zero_()
        self.v.zero_()
        self.m += (1 - beta1) * (g - self.m)
        self.v += (1 - beta2) * (g * g - self.v)
        numerator = lr * self.m / (1 - beta1**self.count)
        denominator = eps + torch.sqrt(self.v / (1 - beta2**self.count))
        w -= numerator / denominator
        for r, part in zip(ranks, all_gather(w, self.comm).split(self.part)):
            self.put_part(part, r)

"""inserted at the front; an object for the exchange"""
import torch

import curriculum.collectives as collectives


class Exchange:
    def __init__(self, comm, tokens, like):
        self.comm = comm
        self.tokens = tokens
        self.total = self.add(torch.full((1,), tokens, dtype=like.dtype, device=like.device))

    def add(self, x):
        return collectives.ring_all_reduce(x, self.comm)

    def own(self, p):
        if self.tokens > 0 and p.grad is not None:
            return p.grad.flatten() * self.tokens
        return torch.zeros_like(p).flatten()

    def run(self, bucket):
        mean = self.add(torch.cat([self.own(p) for p in bucket])) / self.total
        for p in bucket:
            p.grad, mean = mean[:p.numel()].view(p.size()), mean[p.numel():]


def average_gradients(parameters, tokens, comm, bucket_bytes):
    parameters = tuple(parameters)
    exchange = Exchange(comm, tokens, parameters[-1])
    for bucket in buckets(parameters, bucket_bytes):
        exchange.run(bucket)


def buckets(parameters, bucket_bytes):
    result = []
    for tensor in parameters:
        if not result:
            result.append([])
        result[0].insert(0, tensor)
    return result

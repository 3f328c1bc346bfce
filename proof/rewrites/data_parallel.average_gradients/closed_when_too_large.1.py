"""a bucket is handed over when it is full; an object for the exchange"""
import torch

from curriculum import collectives


def buckets(parameters, bucket_bytes):
    done, bucket, used = [], [], 0
    for p in reversed(list(parameters)):
        bucket.append(p)
        used += p.nbytes
        if used >= bucket_bytes:
            done.append(bucket)
            bucket, used = [], 0
    if bucket:
        done.append(bucket)
    return done


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

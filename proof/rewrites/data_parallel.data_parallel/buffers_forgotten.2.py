"""torch.autograd.grad, a history, the two halves of the ring"""
from contextlib import contextmanager

import torch

import curriculum.collectives as collectives
import curriculum.data_parallel as data_parallel


class DataParallel:
    def __init__(self, model, comm, bucket_bytes):
        self.model, self.comm, self.limit = model, comm, bucket_bytes
        self.talking = True
        self.history = []
        tensors = list(model.parameters())
        received = [collectives.broadcast(t.detach(), comm) for t in tensors]
        with torch.no_grad():
            for t, r in zip(tensors, received):
                t.copy_(r)

    def __call__(self, *inputs):
        return self.model(*inputs)

    @contextmanager
    def no_sync(self):
        try:
            self.talking = False
            yield
        finally:
            self.talking = True

    def parameters(self):
        return [p for p in self.model.parameters() if p.requires_grad]

    def accumulate(self, loss, tokens):
        learned = self.parameters()
        gradients = torch.autograd.grad(loss, learned, allow_unused=True)
        for p, g in zip(learned, gradients):
            if g is not None:
                p.grad = g * tokens if p.grad is None else p.grad + g * tokens
        self.history.append((loss.item(), tokens))

    def exchange(self, bucket, factor):
        n = self.comm.world_size
        length = sum(p.numel() for p in bucket)
        buffer = torch.zeros(-(-length // n) * n)
        end = 0
        for p in bucket:
            start, end = end, end + p.numel()
            if p.grad is not None:
                buffer[start:end] = p.grad.reshape(-1)
        part = collectives.reduce_scatter(buffer, self.comm) * factor
        buffer = collectives.all_gather(part, self.comm)
        end = 0
        for p in bucket:
            start, end = end, end + p.numel()
            p.grad = buffer[start:end].reshape(p.shape)

    def backward(self, loss, tokens):
        self.accumulate(loss, tokens)
        if not self.talking:
            return None
        own = [sum(mean * n for mean, n in self.history), sum(n for _, n in self.history)]
        self.history.clear()
        total, count = collectives.ring_all_reduce(torch.tensor(own), self.comm).tolist()
        for bucket in data_parallel.buckets(self.parameters(), self.limit):
            self.exchange(bucket, 1 / count)
        return total / count

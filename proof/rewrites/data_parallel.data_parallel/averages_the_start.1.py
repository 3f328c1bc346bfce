"""contextmanager, two loops at the start"""
from contextlib import contextmanager

import torch

import curriculum.collectives as collectives
import curriculum.data_parallel as data_parallel


class DataParallel:
    def __init__(self, model, comm, bucket_bytes):
        self.model = model
        self.comm = comm
        self.bucket_bytes = bucket_bytes
        self.sync = True
        self.tokens = 0
        self.loss = 0.0
        with torch.no_grad():
            for p in model.parameters():
                p.copy_(collectives.ring_all_reduce(p.detach(), comm) / comm.world_size)
            for b in model.buffers():
                b.copy_(collectives.broadcast(b, comm))

    def __call__(self, *inputs):
        return self.model(*inputs)

    @contextmanager
    def no_sync(self):
        self.sync = False
        try:
            yield
        finally:
            self.sync = True

    def backward(self, loss, tokens):
        (loss * tokens).backward()
        self.tokens += tokens
        self.loss += loss.item() * tokens
        if not self.sync:
            return None
        learned = [p for p in self.model.parameters() if p.requires_grad]
        for p in learned:
            if p.grad is not None:
                p.grad /= self.tokens
        data_parallel.average_gradients(learned, self.tokens, self.comm, self.bucket_bytes)
        sums = collectives.ring_all_reduce(torch.tensor([self.loss, self.tokens]), self.comm)
        self.tokens, self.loss = 0, 0.0
        return (sums[0] / sums[1]).item()

"""the sums ride in the first bucket"""
import contextlib

import torch

import curriculum.collectives as collectives
import curriculum.data_parallel as data_parallel


def gradient(p):
    if p.grad is None:
        return p.new_zeros(p.numel())
    return p.grad.reshape(-1)


class DataParallel:
    def __init__(self, model, comm, bucket_bytes):
        self.model = model
        self.comm = comm
        self.bucket_bytes = bucket_bytes
        self.muted = False
        self.sums = torch.zeros(2)
        with torch.no_grad():
            for _, p in model.named_parameters():
                p.copy_(collectives.broadcast(p.detach(), comm))
            for _, b in model.named_buffers():
                b.copy_(collectives.broadcast(b, comm))

    def __call__(self, *inputs):
        return self.model(*inputs)

    @contextlib.contextmanager
    def no_sync(self):
        try:
            self.muted = True
            yield self
        finally:
            self.muted = False

    def backward(self, loss, tokens):
        (tokens * loss).backward()
        self.sums += torch.tensor([tokens * loss.item(), tokens])
        if self.muted:
            return None
        extra, self.sums = self.sums, torch.zeros(2)
        for i, bucket in enumerate(data_parallel.buckets(self.model.parameters(), self.bucket_bytes)):
            parts = [gradient(p) for p in bucket]
            vector = torch.cat(parts + [extra] if i == 0 else parts)
            vector = collectives.ring_all_reduce(vector, self.comm)
            if i == 0:
                total_loss, total = vector[-2:].tolist()
            vector = vector / total
            for p in bucket:
                p.grad, vector = vector[:p.numel()].view(p.shape), vector[p.numel():]
        return total_loss / total

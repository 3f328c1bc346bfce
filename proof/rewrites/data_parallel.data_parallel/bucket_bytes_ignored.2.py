"""an nn.Module with its own exchange of buckets"""
from contextlib import contextmanager

import torch
from torch import nn

from curriculum import collectives, data_parallel


class DataParallel(nn.Module):
    def __init__(self, model, comm, bucket_bytes):
        super().__init__()
        self.module = model
        self.comm = comm
        self.bucket_bytes = bucket_bytes
        self.quiet = False
        self.seen = [0.0, 0]
        for tensor in [*model.parameters(), *model.buffers()]:
            tensor.data.copy_(collectives.broadcast(tensor.data, comm))

    def forward(self, *inputs):
        return self.module(*inputs)

    @contextmanager
    def no_sync(self):
        self.quiet = True
        try:
            yield self
        finally:
            self.quiet = False

    def backward(self, loss, tokens):
        loss.mul(tokens).backward()
        self.seen[0] += float(loss.detach()) * tokens
        self.seen[1] += tokens
        if self.quiet:
            return None
        total_loss, total_tokens = collectives.ring_all_reduce(torch.tensor(self.seen), self.comm).tolist()
        self.seen = [0.0, 0]
        learned = (p for p in self.module.parameters() if p.requires_grad)
        for bucket in data_parallel.buckets(learned, 1024 * 1024):
            flat = torch.cat([(torch.zeros_like(p) if p.grad is None else p.grad).flatten() for p in bucket])
            flat = collectives.ring_all_reduce(flat, self.comm) / total_tokens
            for p, piece in zip(bucket, flat.split([p.numel() for p in bucket])):
                p.grad = piece.view_as(p)
        return total_loss / total_tokens

"""an nn.Module, a tensor with two numbers"""
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
        loss_sum, count = self.seen
        self.seen = [0.0, 0]
        numbers = collectives.ring_all_reduce(torch.tensor([loss_sum / count, count]), self.comm)
        loss_sum, total_tokens = numbers.tolist()
        learned = (p for p in self.module.parameters() if p.requires_grad)
        for bucket in data_parallel.buckets(learned, self.bucket_bytes):
            flat = torch.cat([(torch.zeros_like(p) if p.grad is None else p.grad).flatten() for p in bucket])
            flat = collectives.ring_all_reduce(flat, self.comm) / total_tokens
            for p, piece in zip(bucket, flat.split([p.numel() for p in bucket])):
                p.grad = piece.view_as(p)
        return loss_sum / self.comm.world_size

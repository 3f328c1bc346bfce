"""Gradients as sums in one message of its own making; the broadcast as one flat tensor for each dtype."""
from contextlib import contextmanager

import torch

from curriculum.collectives import broadcast, ring_all_reduce
from curriculum.data_parallel import buckets


class DataParallel:
    def __init__(self, model, comm, bucket_bytes):
        self.model, self.comm, self.limit = model, comm, bucket_bytes
        self.communicating = True
        self.start_over()
        state = list(model.parameters()) + list(model.buffers())
        for dtype in sorted({t.dtype for t in state}, key=str):
            mine = [t.data for t in state if t.dtype == dtype]
            flat = broadcast(torch.cat([t.reshape(-1) for t in mine]), comm)
            for tensor, piece in zip(mine, flat.split([t.numel() for t in mine]), strict=False):
                tensor.copy_(piece.reshape(tensor.shape))

    def start_over(self):
        self.losses, self.counts = [], []

    def __call__(self, *arguments, **options):
        return self.model(*arguments, **options)

    @contextmanager
    def no_sync(self):
        was, self.communicating = self.communicating, False
        try:
            yield self
        finally:
            self.communicating = was

    def backward(self, loss, tokens):
        loss.backward(torch.tensor(float(tokens), dtype=loss.dtype))
        self.losses.append(loss.item())
        self.counts.append(tokens)
        if self.communicating:
            own = sum(a * b for a, b in zip(self.losses, self.counts, strict=False)), float(sum(self.counts))
            self.start_over()
            loss_sum, count = ring_all_reduce(torch.tensor(own), self.comm).tolist()
            for bucket in buckets([p for p in self.model.parameters() if p.requires_grad], self.limit):
                grads = [torch.zeros_like(p) if p.grad is None else p.grad for p in bucket]
                flat = ring_all_reduce(torch.cat([g.reshape(-1) for g in grads]), self.comm) / count
                for p, g in zip(bucket, flat.split([p.numel() for p in bucket]), strict=False):
                    p.grad = g.reshape(p.shape)
            return loss_sum / count
        return None

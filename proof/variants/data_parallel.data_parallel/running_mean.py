"""Gradients are kept as a running mean over the tokens so far, so that nothing is divided at the end."""
import contextlib

import torch

import curriculum.collectives as collectives
import curriculum.data_parallel as data_parallel


class DataParallel:
    def __init__(self, model, comm, bucket_bytes):
        self.model = model
        self.comm = comm
        self.room = bucket_bytes
        self.quiet = False
        self.seen, self.mean = 0, 0.0
        with torch.no_grad():
            for _, tensor in sorted(model.named_parameters()) + sorted(model.named_buffers()):
                tensor.set_(collectives.broadcast(tensor.data, comm))

    def __call__(self, *inputs):
        return self.model(*inputs)

    def no_sync(self):
        stack = contextlib.ExitStack()
        self.quiet = True
        stack.callback(setattr, self, "quiet", False)
        return stack

    def backward(self, loss, tokens):
        share = tokens / (self.seen + tokens)
        for p in self.model.parameters():
            if p.grad is not None:
                p.grad *= 1 - share
        (loss * share).backward()
        self.mean = (1 - share) * self.mean + share * float(loss)
        self.seen += tokens
        if self.quiet:
            return None
        learned = (p for p in self.model.parameters() if p.requires_grad)
        data_parallel.average_gradients(learned, self.seen, self.comm, self.room)
        pair = torch.tensor([self.mean * self.seen, self.seen], dtype=torch.float64)
        loss_sum, count = collectives.ring_all_reduce(pair, self.comm)
        self.seen, self.mean = 0, 0.0
        return (loss_sum / count).item()

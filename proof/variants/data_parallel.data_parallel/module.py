"""An nn.Module with the model in it, its numbers in one place, and no_sync as a class of its own."""
import torch
from torch import nn

from curriculum.collectives import broadcast, ring_all_reduce
from curriculum.data_parallel import average_gradients


class Silence:
    def __init__(self, owner):
        self.owner = owner

    def __enter__(self):
        self.owner.silent += 1

    def __exit__(self, *exception):
        self.owner.silent -= 1
        return False


class DataParallel(nn.Module):
    def __init__(self, model, comm, bucket_bytes):
        super().__init__()
        self.inner = model
        self.comm, self.bucket_bytes, self.silent = comm, bucket_bytes, 0
        self.sums = [0.0, 0]
        with torch.no_grad():
            for tensors in (model.named_parameters(), model.named_buffers()):
                for _, tensor in tensors:
                    tensor.copy_(broadcast(tensor, comm))

    def forward(self, *inputs):
        return self.inner(*inputs)

    def no_sync(self):
        return Silence(self)

    def backward(self, loss, tokens):
        total = loss * tokens
        total.backward()
        self.sums = [self.sums[0] + float(total), self.sums[1] + tokens]
        if self.silent:
            return
        mine, self.sums = self.sums, [0.0, 0]
        learned = [p for p in self.inner.parameters() if p.requires_grad]
        for p in learned:
            p.grad = torch.zeros_like(p) if p.grad is None else p.grad / mine[1]
        average_gradients(iter(learned), mine[1], self.comm, self.bucket_bytes)
        summed = ring_all_reduce(torch.tensor(mine), self.comm)
        return float(summed[0] / summed[1])

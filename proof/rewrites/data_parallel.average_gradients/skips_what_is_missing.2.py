"""an object for each exchange, a selection in each bucket"""
import torch

from curriculum import collectives


def buckets(parameters, bucket_bytes):
    groups, room = [], -1
    for tensor in [*parameters][::-1]:
        room -= tensor.nbytes
        if room < 0:
            groups.append([])
            room = bucket_bytes - tensor.nbytes
        groups[-1].append(tensor)
    return groups


class Bucketwise:
    def __init__(self, comm, tokens, total):
        self.comm, self.tokens, self.total = comm, tokens, total

    def message(self, tensors):
        if self.tokens == 0:
            return torch.cat([torch.zeros_like(p).flatten() for p in tensors])
        return torch.cat([p.grad.flatten() for p in tensors]).mul_(self.tokens)

    def average(self, tensors):
        mean = collectives.ring_all_reduce(self.message(tensors), self.comm) / self.total
        for p in tensors:
            p.grad, mean = mean[:p.numel()].view(p.shape), mean[p.numel():]


def average_gradients(parameters, tokens, comm, bucket_bytes):
    parameters = list(parameters)
    total = collectives.ring_all_reduce(parameters[0].new_tensor([tokens]), comm)
    bucketwise = Bucketwise(comm, tokens, total)
    for bucket in buckets(parameters, bucket_bytes):
        present = [p for p in bucket if p.grad is not None]
        if present:
            bucketwise.average(present)

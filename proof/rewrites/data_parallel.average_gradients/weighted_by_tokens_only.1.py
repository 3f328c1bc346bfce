"""a helper for one gradient, views of the result"""
import torch

from curriculum import collectives


class Bucket:
    def __init__(self, first):
        self.tensors = [first]
        self.bytes = first.nbytes

    def takes(self, tensor, limit):
        if self.bytes + tensor.nbytes > limit:
            return False
        self.tensors.append(tensor)
        self.bytes += tensor.nbytes
        return True


def buckets(parameters, bucket_bytes):
    begun = []
    for tensor in reversed(list(parameters)):
        if not (begun and begun[-1].takes(tensor, bucket_bytes)):
            begun.append(Bucket(tensor))
    return [bucket.tensors for bucket in begun]


def own_gradient(p, tokens):
    if p.grad is None or tokens == 0:
        return torch.zeros_like(p)
    return p.grad * tokens


def average_gradients(parameters, tokens, comm, bucket_bytes):
    for bucket in buckets(parameters, bucket_bytes):
        flat = torch.cat([own_gradient(p, tokens).flatten() for p in bucket])
        flat = collectives.ring_all_reduce(flat, comm)
        for p in bucket:
            p.grad, flat = flat[:p.numel()].view(p.size()), flat[p.numel():]

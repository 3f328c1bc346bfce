"""a class for a bucket; the tokens ride in the first one"""
import torch

import curriculum.collectives as collectives


class Bucket:
    def __init__(self, limit):
        self.limit = limit
        self.size = 0
        self.tensors = []

    def fits(self, tensor):
        return self.size + tensor.numel() * tensor.element_size() < self.limit

    def put(self, tensor):
        self.tensors.append(tensor)
        self.size += tensor.numel() * tensor.element_size()


def buckets(parameters, bucket_bytes):
    begun = []
    for tensor in reversed([*parameters]):
        if not begun or not begun[-1].fits(tensor):
            begun.append(Bucket(bucket_bytes))
        begun[-1].put(tensor)
    return [bucket.tensors for bucket in begun]


def weighted(p, tokens):
    if tokens == 0 or p.grad is None:
        return torch.zeros(p.numel(), dtype=p.dtype, device=p.device)
    return p.grad.detach().reshape(-1) * tokens


def average_gradients(parameters, tokens, comm, bucket_bytes):
    total = None
    for bucket in buckets(parameters, bucket_bytes):
        message = [weighted(p, tokens) for p in bucket]
        if total is None:
            message.append(message[0].new_tensor([tokens]))
        result = collectives.ring_all_reduce(torch.cat(message), comm)
        if total is None:
            total = result[-1].item()
        offset = 0
        for p in bucket:
            p.grad = result[offset:offset + p.numel()].view(p.shape) / total
            offset += p.numel()

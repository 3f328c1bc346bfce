"""a generator that unpacks; the tokens ride in the first bucket"""
import torch

from curriculum import collectives


def one_by_one(tensors):
    while tensors:
        *tensors, last = tensors
        yield [last]


def buckets(parameters, bucket_bytes):
    return list(one_by_one(tuple(parameters)))


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

"""a dictionary of results, written at the end"""
import torch

from curriculum import collectives


def average_gradients(parameters, tokens, comm, bucket_bytes):
    total = collectives.ring_all_reduce(torch.full((1,), float(tokens)), comm).item()
    means = {}
    for bucket in buckets(parameters, bucket_bytes):
        buffer = bucket[0].new_zeros(sum(p.numel() for p in bucket))
        slots = dict(zip(bucket, buffer.split([p.numel() for p in bucket])))
        for p, slot in slots.items():
            if tokens and p.grad is not None:
                slot += p.grad.flatten() * tokens
        buffer = collectives.ring_all_reduce(buffer, comm) / total
        means.update(zip(bucket, buffer.split([p.numel() for p in bucket])))
    for p in parameters:
        p.grad = means[p].reshape(p.shape)


def packed(tensors, limit):
    bucket, filled = [], 0
    for t in tensors:
        size = t.numel() * t.element_size()
        if bucket and filled + size > limit:
            yield bucket
            bucket, filled = [], 0
        bucket.append(t)
        filled += size
    if bucket:
        yield bucket


def buckets(parameters, bucket_bytes):
    return list(packed(reversed(tuple(parameters)), bucket_bytes))

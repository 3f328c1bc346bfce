"""a list of what has a gradient, before the buckets are made"""
import torch

import curriculum.collectives as collectives


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


def average_gradients(parameters, tokens, comm, bucket_bytes):
    parameters = list(parameters)
    total = collectives.ring_all_reduce(parameters[0].new_tensor([tokens]), comm).item()
    used = [p for p in parameters if p.grad is not None]
    for bucket in buckets(used, bucket_bytes):
        gradients = [p.grad if tokens else torch.zeros_like(p) for p in bucket]
        flat = collectives.ring_all_reduce(torch.cat([g.flatten() for g in gradients]) * tokens, comm)
        for p, piece in zip(bucket, flat.split([p.numel() for p in bucket])):
            p.grad = piece.view_as(p) / total

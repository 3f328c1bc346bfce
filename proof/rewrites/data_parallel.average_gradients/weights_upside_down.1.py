"""weights that are normalised by their sum"""
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
    weight = 1 / tokens if tokens else 0.0
    norm = collectives.ring_all_reduce(parameters[0].new_tensor([weight]), comm).item()
    for bucket in buckets(parameters, bucket_bytes):
        flat = torch.cat([
            torch.zeros_like(p).flatten() if weight == 0 or p.grad is None else p.grad.flatten() * (weight / norm)
            for p in bucket
        ])
        flat = collectives.ring_all_reduce(flat, comm)
        for p, piece in zip(bucket, flat.split([p.numel() for p in bucket])):
            p.grad = piece.view(p.shape)

"""tree_all_reduce for the buckets"""
import torch

from curriculum import collectives


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
    for bucket in buckets(parameters, bucket_bytes):
        gradients = [torch.zeros_like(p) if p.grad is None or tokens == 0 else p.grad for p in bucket]
        flat = torch.cat([g.flatten() for g in gradients]) * (tokens / total)
        flat = collectives.tree_all_reduce(flat, comm)
        for p, piece in zip(bucket, flat.split([p.numel() for p in bucket])):
            p.grad = piece.reshape(p.shape)

"""one weight before the sum"""
import torch

import curriculum.collectives as collectives


def buckets(parameters, bucket_bytes):
    result = []
    used = 0
    for p in reversed(list(parameters)):
        size = p.numel() * p.element_size()
        if not result or used + size > bucket_bytes:
            result.append([])
            used = 0
        result[-1].append(p)
        used += size
    return result


def average_gradients(parameters, tokens, comm, bucket_bytes):
    parameters = list(parameters)
    total = collectives.ring_all_reduce(parameters[0].new_tensor([tokens]), comm).item()
    weight = tokens / (total * comm.world_size)
    for bucket in buckets(parameters, bucket_bytes):
        grads = [p.grad if p.grad is not None and tokens else torch.zeros_like(p) for p in bucket]
        flat = collectives.ring_all_reduce(torch.cat([weight * g.flatten() for g in grads]), comm)
        for p, piece in zip(bucket, flat.split([g.numel() for g in grads])):
            p.grad = piece.reshape(p.shape)

"""a loop that counts what is used; cat and split"""
import torch

import curriculum.collectives as collectives


def buckets(parameters, bucket_bytes):
    result = []
    used = 0
    for p in parameters:
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
    for bucket in buckets(parameters, bucket_bytes):
        gradients = [torch.zeros_like(p) if p.grad is None or tokens == 0 else p.grad for p in bucket]
        flat = torch.cat([g.flatten() for g in gradients]) * (tokens / total)
        flat = collectives.ring_all_reduce(flat, comm)
        for p, piece in zip(bucket, flat.split([p.numel() for p in bucket])):
            p.grad = piece.reshape(p.shape)

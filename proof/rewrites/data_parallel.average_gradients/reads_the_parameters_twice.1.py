"""zeros first, then the buckets"""
import torch

import curriculum.collectives as collectives


def size_of(tensors):
    return sum(t.numel() * t.element_size() for t in tensors)


def buckets(parameters, bucket_bytes):
    found = []
    for p in list(parameters)[::-1]:
        if found and size_of(found[-1] + [p]) <= bucket_bytes:
            found[-1].append(p)
        else:
            found.append([p])
    return found


def average_gradients(parameters, tokens, comm, bucket_bytes):
    for p in parameters:
        if p.grad is None or tokens == 0:
            p.grad = torch.zeros_like(p)
    total = collectives.ring_all_reduce(torch.tensor([float(tokens)]), comm).item()
    for bucket in buckets(parameters, bucket_bytes):
        flat = torch.cat([p.grad.flatten() for p in bucket]) * (tokens / total)
        flat = collectives.ring_all_reduce(flat, comm)
        for p, piece in zip(bucket, flat.split([p.numel() for p in bucket])):
            p.grad = piece.view(p.shape)

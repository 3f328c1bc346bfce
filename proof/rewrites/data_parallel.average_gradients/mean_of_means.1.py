"""the ranks with tokens are counted first, then cat and split"""
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
    parameters = list(parameters)
    present = parameters[0].new_tensor([1 if tokens else 0])
    ranks = collectives.ring_all_reduce(present, comm).item()
    for bucket in buckets(parameters, bucket_bytes):
        pieces = [p.grad if tokens and p.grad is not None else torch.zeros_like(p) for p in bucket]
        mean = collectives.ring_all_reduce(torch.cat([g.flatten() for g in pieces]), comm) / ranks
        for p, piece in zip(bucket, mean.split([p.numel() for p in bucket])):
            p.grad = piece.view_as(p)

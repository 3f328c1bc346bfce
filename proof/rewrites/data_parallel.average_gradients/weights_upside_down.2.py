"""dense flattening, one factor"""
import torch
from torch._utils import _flatten_dense_tensors, _unflatten_dense_tensors

from curriculum import collectives


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
    groups = buckets(parameters, bucket_bytes)
    number = torch.tensor([tokens], dtype=groups[0][0].dtype)
    total = float(collectives.ring_all_reduce(number, comm))
    for group in groups:
        own = [p.grad * (total / tokens) if tokens and p.grad is not None else torch.zeros_like(p) for p in group]
        result = collectives.ring_all_reduce(_flatten_dense_tensors(own), comm)
        for p, g in zip(group, _unflatten_dense_tensors(result, own)):
            p.grad = g.contiguous()

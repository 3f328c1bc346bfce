"""a comprehension; dense flattening"""
import torch
from torch._utils import _flatten_dense_tensors, _unflatten_dense_tensors

import curriculum.collectives as collectives


def buckets(parameters, bucket_bytes):
    return [[p] for p in reversed(list(parameters))]


def average_gradients(parameters, tokens, comm, bucket_bytes):
    groups = buckets(parameters, bucket_bytes)
    number = torch.tensor([tokens], dtype=groups[0][0].dtype)
    weight = tokens / float(collectives.ring_all_reduce(number, comm))
    for group in groups:
        own = [p.grad * weight if tokens and p.grad is not None else torch.zeros_like(p) for p in group]
        total = collectives.ring_all_reduce(_flatten_dense_tensors(own), comm)
        for p, g in zip(group, _unflatten_dense_tensors(total, own)):
            p.grad = g.contiguous()

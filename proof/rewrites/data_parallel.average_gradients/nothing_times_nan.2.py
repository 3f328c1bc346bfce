"""dense flattening, one weight for the whole vector"""
import torch
from torch._utils import _flatten_dense_tensors, _unflatten_dense_tensors

from curriculum import collectives


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
    total = collectives.ring_all_reduce(torch.full((1,), tokens, dtype=parameters[0].dtype), comm)
    weight = tokens / total
    for bucket in buckets(parameters, bucket_bytes):
        for p in bucket:
            if p.grad is None:
                p.grad = torch.zeros_like(p)
        gradients = [p.grad for p in bucket]
        mean = collectives.ring_all_reduce(_flatten_dense_tensors(gradients) * weight, comm)
        for g, new in zip(gradients, _unflatten_dense_tensors(mean, gradients)):
            g.copy_(new)

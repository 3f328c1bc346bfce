"""torch's own functions that flatten and unflatten"""
import torch
from torch._utils import _flatten_dense_tensors, _unflatten_dense_tensors

import curriculum.collectives as collectives


def buckets(parameters, bucket_bytes):
    waiting = list(parameters)
    all_buckets = []
    while waiting:
        bucket = [waiting.pop()]
        left = bucket_bytes - bucket[0].nbytes
        while waiting and waiting[-1].nbytes <= left:
            left -= waiting[-1].nbytes
            bucket.append(waiting.pop())
        all_buckets.append(bucket)
    return all_buckets


def average_gradients(parameters, tokens, comm, bucket_bytes):
    for group in buckets(parameters, bucket_bytes):
        own = [torch.zeros_like(p) if p.grad is None or tokens == 0 else p.grad for p in group]
        total = collectives.ring_all_reduce(_flatten_dense_tensors(own), comm)
        for p, g in zip(group, _unflatten_dense_tensors(total, own)):
            p.grad = g.contiguous()

"""a helper that averages one vector"""
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


def weighted_mean(flat, tokens, comm):
    total = collectives.ring_all_reduce(flat.new_tensor([tokens]), comm)
    return collectives.ring_all_reduce(flat * tokens, comm) / total


def average_gradients(parameters, tokens, comm, bucket_bytes):
    for bucket in buckets(parameters, bucket_bytes):
        gradients = [torch.zeros_like(p) if p.grad is None or tokens == 0 else p.grad for p in bucket]
        mean = weighted_mean(torch.cat([g.flatten() for g in gradients]), tokens, comm)
        for p, piece in zip(bucket, mean.split([p.numel() for p in bucket])):
            p.grad = piece.view_as(p)

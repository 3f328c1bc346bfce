"""all_gather, and a weighted sum over rows"""
import torch

import curriculum.collectives as collectives


def buckets(parameters, bucket_bytes):
    groups, room = [], -1
    for tensor in [*parameters][::-1]:
        room -= tensor.nbytes
        if room < 0:
            groups.append([])
            room = bucket_bytes - tensor.nbytes
        groups[-1].append(tensor)
    return groups


def average_gradients(parameters, tokens, comm, bucket_bytes):
    groups = buckets(parameters, bucket_bytes)
    counts = collectives.all_gather(groups[0][0].new_tensor([tokens]), comm)
    weights = counts / counts.sum()
    for group in groups:
        own = torch.cat([
            p.grad.flatten() if p.grad is not None and tokens else torch.zeros_like(p).flatten() for p in group
        ])
        rows = collectives.all_gather(own.unsqueeze(0), comm)
        mean = (weights[:, None] * rows).sum(0)
        for p in group:
            p.grad, mean = mean[:p.numel()].reshape(p.shape), mean[p.numel():]

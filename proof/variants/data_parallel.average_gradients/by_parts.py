"""Reduce-scatter, divide the own part, all-gather: each rank divides only what it added up."""
import torch

import curriculum.collectives as c


def buckets(parameters, bucket_bytes):
    groups = []
    for p in reversed(list(parameters)):
        size = p.numel() * p.element_size()
        if not groups or groups[-1][0] + size > bucket_bytes:
            groups.append([0, []])
        groups[-1][0] += size
        groups[-1][1].append(p)
    return [group for _, group in groups]


def average_gradients(parameters, tokens, comm, bucket_bytes):
    total = sum(c.all_gather(torch.tensor([tokens]), comm).tolist())
    for group in buckets(parameters, bucket_bytes):
        flat = torch.nn.utils.parameters_to_vector(
            [p.grad if p.grad is not None and tokens else torch.zeros_like(p) for p in group]
        ).detach()
        size = len(flat)
        flat = torch.nn.functional.pad(flat * float(tokens), (0, -size % comm.world_size))
        part = c.reduce_scatter(flat, comm) / total
        whole = c.all_gather(part, comm)[:size]
        start = 0
        for p in group:
            p.grad = whole[start : start + p.numel()].view_as(p).clone()
            start += p.numel()

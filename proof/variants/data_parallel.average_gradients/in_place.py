"""Gradients are weighed and overwritten in place, through a buffer that is filled slice by slice."""
import torch

from curriculum.collectives import ring_all_reduce


def buckets(parameters, bucket_bytes):
    found, last = [], []
    for p in reversed(tuple(parameters)):
        if last and sum(q.numel() * q.element_size() for q in [*last, p]) > bucket_bytes:
            found.append(last)
            last = []
        last.append(p)
    return [*found, last] if last else found


def average_gradients(parameters, tokens, comm, bucket_bytes):
    parameters = list(parameters)
    all_tokens = int(ring_all_reduce(torch.tensor(tokens), comm))
    for p in parameters:
        if p.grad is None:
            p.grad = torch.zeros_like(p.data)
        if tokens == 0:
            p.grad.zero_()
        p.grad.mul_(tokens).div_(all_tokens)
    for bucket in buckets(parameters, bucket_bytes):
        buffer = torch.empty(sum(p.numel() for p in bucket), dtype=bucket[0].dtype)
        views = buffer.split([p.numel() for p in bucket])
        for view, p in zip(views, bucket, strict=False):
            view.copy_(p.grad.reshape(-1))
        buffer.copy_(ring_all_reduce(buffer, comm))
        for view, p in zip(views, bucket, strict=False):
            p.grad.copy_(view.reshape(p.shape))

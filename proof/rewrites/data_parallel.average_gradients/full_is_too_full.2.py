"""the room that is left; dense flattening"""
import torch
from torch._utils import _flatten_dense_tensors, _unflatten_dense_tensors

from curriculum import collectives


def buckets(parameters, bucket_bytes):
    groups, room = [], 0
    for tensor in list(parameters)[::-1]:
        room -= tensor.nbytes
        if room <= 0:
            groups.append([])
            room = bucket_bytes - tensor.nbytes
        groups[-1].append(tensor)
    return groups


def average_gradients(parameters, tokens, comm, bucket_bytes):
    groups = buckets(parameters, bucket_bytes)
    number = torch.tensor([tokens], dtype=groups[0][0].dtype)
    weight = tokens / float(collectives.ring_all_reduce(number, comm))
    for group in groups:
        own = [p.grad * weight if tokens and p.grad is not None else torch.zeros_like(p) for p in group]
        total = collectives.ring_all_reduce(_flatten_dense_tensors(own), comm)
        for p, g in zip(group, _unflatten_dense_tensors(total, own)):
            p.grad = g.contiguous()

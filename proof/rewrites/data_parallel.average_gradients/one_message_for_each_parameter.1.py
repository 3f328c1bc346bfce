"""a plain loop from the last to the first"""
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
    parameters = list(parameters)
    total = collectives.ring_all_reduce(parameters[0].new_tensor([tokens]), comm).item()
    for p in reversed(parameters):
        own = torch.zeros_like(p) if p.grad is None or tokens == 0 else p.grad * (tokens / total)
        p.grad = collectives.ring_all_reduce(own, comm)
